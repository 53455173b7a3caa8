using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels;

/// <summary>Every channel type that this build can connect.</summary>
public sealed class ChannelCatalog(IEnumerable<IChannelConnector> connectors)
{
    private readonly Dictionary<string, IChannelConnector> byType = connectors.ToDictionary(
        c => c.Definition.Type,
        StringComparer.Ordinal
    );

    public IEnumerable<ChannelDefinition> Definitions => byType.Values.Select(c => c.Definition);

    public IChannelConnector? Find(string type) => byType.GetValueOrDefault(type);

    /// <summary>Checks given values against the type's definition: all problems at once, keyed by field.</summary>
    public Result<ChannelDraft> Draft(
        string type,
        string name,
        IReadOnlyDictionary<string, string> values
    )
    {
        if (Find(type) is not { Definition: var definition })
        {
            return Error.Invalid(
                "channel.type",
                $"There is no channel type '{type}': use one of {string.Join(", ", byType.Keys.Order(StringComparer.Ordinal))}.",
                "type"
            );
        }

        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(name) || name.Length > 255)
        {
            problems["name"] = "The name has 1 to 255 characters.";
        }
        foreach (var field in definition.Fields)
        {
            var value = values.GetValueOrDefault(field.Name);
            if (field.IsRequired && string.IsNullOrWhiteSpace(value))
            {
                problems[field.Name] = $"{field.Name} is missing: {field.Hint}";
            }
            else if (value?.Length > field.MaxLength)
            {
                problems[field.Name] =
                    $"{field.Name} may have at most {field.MaxLength} characters.";
            }
        }
        var account = definition.AccountOf is { } accountOf
            ? accountOf(values.GetValueOrDefault(definition.AccountField))
            : values.GetValueOrDefault(definition.AccountField)?.Trim();
        if (account is null)
        {
            problems.TryAdd(
                definition.AccountField,
                $"{definition.AccountField} has not the right form: {definition.Fields.First(f => f.Name == definition.AccountField).Hint}"
            );
        }
        foreach (var unknown in values.Keys.Where(key => definition.Fields.All(f => f.Name != key)))
        {
            problems[unknown] =
                $"{unknown} is no field of {type}: it has {string.Join(", ", definition.Fields.Select(f => f.Name))}.";
        }
        if (problems.Count > 0)
        {
            return new Error(
                ErrorKind.Invalid,
                "channel.invalid",
                string.Join(' ', problems.Values),
                problems
            );
        }

        return new ChannelDraft(
            type,
            name.Trim(),
            account!,
            Pick(definition, values, secret: false),
            Pick(definition, values, secret: true),
            AppSecret: values.GetValueOrDefault(definition.SecretField) is { Length: > 0 } secret
                ? secret
                : null,
            VerifyToken: values.GetValueOrDefault("verify_token")
        );
    }

    private static Dictionary<string, string> Pick(
        ChannelDefinition definition,
        IReadOnlyDictionary<string, string> values,
        bool secret
    ) =>
        definition
            .Fields.Where(f => f.IsSecret == secret && values.ContainsKey(f.Name))
            .ToDictionary(f => f.Name, f => values[f.Name].Trim(), StringComparer.Ordinal);
}
