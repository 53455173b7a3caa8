using System.Globalization;
using System.Text.Json;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>The templates of each business account. An account that nobody has given any begins with some, for the demo.</summary>
public sealed class TemplateShelf
{
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<SimulatedTemplate>> _byAccount = new(
        StringComparer.Ordinal
    );
    private readonly ChangeSignal _changed;
    private long _nextId = 1_689_556_908_129_832;

    internal TemplateShelf(ChangeSignal changed) => _changed = changed;

    public IReadOnlyList<SimulatedTemplate> Of(string wabaId)
    {
        lock (_gate)
        {
            return [.. ListOf(wabaId)];
        }
    }

    public SimulatedTemplate? Find(string wabaId, string name, string language) =>
        Of(wabaId).FirstOrDefault(t => t.Name == name && t.Language == language);

    /// <summary>Makes these the account's templates; ids are given where there are none.</summary>
    public void Put(string wabaId, IEnumerable<SimulatedTemplate> templates)
    {
        lock (_gate)
        {
            _byAccount[wabaId] =
            [
                .. templates.Select(t =>
                    t.Id.Length > 0
                        ? t
                        : t with
                        {
                            Id = _nextId++.ToString(CultureInfo.InvariantCulture),
                        }
                ),
            ];
        }

        _changed.Raise();
    }

    /// <returns>As it is afterwards; null when there is no such template.</returns>
    public SimulatedTemplate? Change(
        string wabaId,
        string id,
        Func<SimulatedTemplate, SimulatedTemplate> change
    )
    {
        SimulatedTemplate? changed = null;
        lock (_gate)
        {
            var list = ListOf(wabaId);
            var at = list.FindIndex(t => t.Id == id);
            if (at >= 0)
            {
                changed = list[at] = change(list[at]);
            }
        }

        _changed.Raise();
        return changed;
    }

    internal void Clear()
    {
        lock (_gate)
        {
            _byAccount.Clear();
        }
    }

    private List<SimulatedTemplate> ListOf(string wabaId)
    {
        if (!_byAccount.TryGetValue(wabaId, out var list))
        {
            _byAccount[wabaId] = list = [
                .. JsonSerializer
                    .Deserialize<List<SimulatedTemplate>>(DemoTemplates.Json, json)!
                    .Select(t => t with { Id = _nextId++.ToString(CultureInfo.InvariantCulture) }),
            ];
        }

        return list;
    }
}
