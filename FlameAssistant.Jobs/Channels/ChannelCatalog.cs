using System.Buffers.Text;
using System.Security.Cryptography;
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

    /// <summary>In the order in which they are offered: first what needs no account anywhere.</summary>
    public IEnumerable<ChannelDefinition> Definitions =>
        byType
            .Values.Select(c => c.Definition)
            .OrderByDescending(d => d.NeedsNoAccount)
            .ThenBy(d => d.DisplayName, StringComparer.Ordinal);

    public IChannelConnector? Find(string type) => byType.GetValueOrDefault(type);

    /// <summary>Checks given values against the type's definition: all problems at once, keyed by field.</summary>
    /// <param name="channelId">The channel that these will be the settings of; a new one when null.</param>
    /// <param name="kept">Secrets that are stored already and stay as they are where none is given.</param>
    public Result<ChannelDraft> Draft(
        string type,
        string name,
        IReadOnlyDictionary<string, string> values,
        Guid? channelId = null,
        IReadOnlyDictionary<string, string>? kept = null
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
            problems["name"] = ChannelErrors.NameInvalid.Message;
        }
        foreach (var field in definition.Fields)
        {
            if (
                definition.ProblemOf(
                    field,
                    values.GetValueOrDefault(field.Name),
                    kept?.ContainsKey(field.Name) == true
                ) is
                { } problem
            )
            {
                problems[field.Name] = problem.Message;
            }
        }
        foreach (var unknown in values.Keys.Where(key => definition.Fields.All(f => f.Name != key)))
        {
            problems[unknown] =
                $"{unknown} is no field of {type}: it has {string.Join(", ", definition.Fields.Select(f => f.Name))}.";
        }
        var id = channelId ?? Guid.CreateVersion7();
        var complete = Complete(definition, values, kept);
        var account = problems.Count == 0 ? definition.Account(id, complete) : null;
        if (problems.Count == 0 && account is not { Length: <= 255 })
        {
            problems[definition.AccountField] = ChannelErrors.AccountInvalid.Message;
        }
        if (problems.Count > 0 || account is null)
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
            account,
            Pick(definition, complete, secret: false),
            Pick(definition, complete, secret: true),
            AppSecret: complete.GetValueOrDefault(definition.SecretField),
            VerifyToken: complete.GetValueOrDefault("verify_token")
        )
        {
            Id = id,
            GroupId =
                definition.GroupField is { } group
                && complete.GetValueOrDefault(group) is { Length: > 0 and <= 255 } above
                    ? above
                    : null,
        };
    }

    /// <summary>What was given, else what is kept, else the default; what is empty is left out.</summary>
    private static Dictionary<string, string> Complete(
        ChannelDefinition definition,
        IReadOnlyDictionary<string, string> given,
        IReadOnlyDictionary<string, string>? kept
    )
    {
        var complete = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in definition.Fields)
        {
            var value = given.GetValueOrDefault(field.Name);
            if (string.IsNullOrWhiteSpace(value))
            {
                value = field.IsSecret ? kept?.GetValueOrDefault(field.Name) : null;
                // An empty field that was shown was emptied on purpose.
                value ??= given.ContainsKey(field.Name) ? null : field.Default;
            }
            if (field is { IsGenerated: true, IsRequired: false })
            {
                // Nobody has to choose it, nor to know it.
                value ??= Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            }
            if (!string.IsNullOrWhiteSpace(value))
            {
                complete[field.Name] = ChannelFieldRules.Normalize(field, value);
            }
        }
        return complete;
    }

    private static Dictionary<string, string> Pick(
        ChannelDefinition definition,
        Dictionary<string, string> values,
        bool secret
    ) =>
        definition
            .Fields.Where(f => f.IsSecret == secret && values.ContainsKey(f.Name))
            .ToDictionary(f => f.Name, f => values[f.Name], StringComparer.Ordinal);
}
