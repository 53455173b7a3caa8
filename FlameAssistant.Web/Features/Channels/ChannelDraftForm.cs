using System.Security.Cryptography;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Web.Shared;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>What an admin types into a channel's form, and what is wrong with it, field by field.</summary>
public sealed class ChannelDraftForm
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> problems = new(StringComparer.Ordinal);

    /// <summary>Of a channel that is to be.</summary>
    public ChannelDraftForm(ChannelDefinition definition)
    {
        Definition = definition;
        Id = Guid.CreateVersion7();
        Name = definition.Title;
        IsNew = true;
        foreach (var field in definition.Fields)
        {
            values[field.Name] = field.IsGenerated
                ? RandomNumberGenerator.GetHexString(32, lowercase: true)
                : field.Default ?? "";
        }
    }

    /// <summary>Of one that there is: its secrets are not shown, and stay where nothing is typed.</summary>
    public ChannelDraftForm(ChannelDefinition definition, ChannelRow channel)
    {
        Definition = definition;
        Id = channel.Id;
        Name = channel.Name;
        Stored = channel.Secrets;
        foreach (var field in definition.Fields)
        {
            values[field.Name] = channel.Settings.GetValueOrDefault(field.Name) ?? "";
        }
    }

    public ChannelDefinition Definition { get; }

    public Guid Id { get; }

    public bool IsNew { get; }

    public string Name { get; set; }

    public IReadOnlySet<string> Stored { get; } = new HashSet<string>();

    /// <summary>What is wrong with the whole, and not with a field.</summary>
    public string? Problem { get; private set; }

    /// <summary>What the provider would like to be different, without refusing it.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Whom the provider says that it is, once it has said yes.</summary>
    public string? Account { get; private set; }

    public bool IsRight { get; private set; }

    public string this[string field]
    {
        get => values.GetValueOrDefault(field) ?? "";
        set => values[field] = value;
    }

    public string? ProblemOf(string field) => problems.GetValueOrDefault(field);

    public ChannelForm Read() =>
        new(
            Id,
            Definition.Type,
            Name,
            new Dictionary<string, string>(values, StringComparer.Ordinal)
        );

    /// <summary>Takes what was answered to its places.</summary>
    public void Take(ConnectionAnswer answer, IStringLocalizer<ChannelsText> texts)
    {
        problems.Clear();
        (Problem, Account, Warnings) = (null, null, []);
        IsRight = answer.IsOk;
        if (answer.Error is { } error)
        {
            Refused(error, texts);
        }
        var findings = answer.Check?.Findings ?? [];
        foreach (var finding in findings.Where(f => !f.IsWarning))
        {
            var said = Say(Definition, finding, texts);
            if (finding.Field is { } field && Definition.Fields.Any(f => f.Name == field))
            {
                problems.TryAdd(field, said);
            }
            else
            {
                Problem ??= said;
            }
        }
        Warnings = [.. findings.Where(f => f.IsWarning).Select(f => Say(Definition, f, texts))];
        if (IsRight)
        {
            Account = answer.Check?.Account is { Length: > 0 } account ? account : null;
        }
        else if (problems.Count > 0)
        {
            Problem ??= texts["Form.Problem"];
        }
    }

    /// <summary>Of what was saved: said once more beside what there is now.</summary>
    public void Warn(IReadOnlyList<string> warnings) => Warnings = warnings;

    /// <summary>Plain words, and the provider's own behind them.</summary>
    public static string Say(
        ChannelDefinition definition,
        ChannelFinding finding,
        IStringLocalizer<ChannelsText> texts
    )
    {
        var plain = definition.Say($"Check.{finding.Code}") ?? finding.Code;
        return finding.Said is { Length: > 0 } said
            ? texts["Form.Said", plain, definition.DisplayName, said]
            : plain;
    }

    private void Refused(Error error, IStringLocalizer<ChannelsText> texts)
    {
        foreach (var (name, english) in error.Fields ?? new Dictionary<string, string>())
        {
            var field = Definition.Fields.FirstOrDefault(f => f.Name == name);
            var problem = field is null
                ? null
                : Definition.ProblemOf(field, this[name], Stored.Contains(name));
            problems[name] = problem switch
            {
                { Code: "pattern" } => Definition.Say($"{name}.Pattern") ?? english,
                { } p => texts[$"Field.{p.Code}", [.. p.Args]],
                null when name == "name" && error.Code == "channel.invalid" => texts[
                    "Error.channel.name"
                ],
                null => texts.Of(error),
            };
        }
        Problem = problems.Count > 0 ? texts["Form.Problem"] : texts.Of(error);
    }
}
