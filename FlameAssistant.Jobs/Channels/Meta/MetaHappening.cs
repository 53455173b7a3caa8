using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>One item of an entry: who, when, on which account; and the makers of what it becomes.</summary>
internal sealed record MetaHappening(
    MetaDialect Dialect,
    string Account,
    InboundIdentity Customer,
    JsonObject Item,
    DateTimeOffset At,
    bool IsEcho
)
{
    /// <summary>Names what has no name of its own: nobody does two such things in one millisecond.</summary>
    public string Key =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Customer.Value}:{At.ToUnixTimeMilliseconds()}"
        );

    public InboundItem.Message Message(
        string id,
        string type,
        string text,
        JsonNode metadata,
        string? quoted = null,
        IReadOnlyList<InboundMedia>? media = null
    ) =>
        new(
            Account,
            new InboundMessage(
                id,
                [Customer],
                ProfileName: null,
                At,
                type,
                StorableText.Clean(text),
                quoted,
                SafeText.CleanJson(metadata),
                IsEcho
            )
            {
                Media = media ?? [],
            }
        );

    public InboundItem.Event Event(string target, string kind, string id, string text) =>
        new(
            Account,
            new InboundMessageEvent(
                target,
                kind,
                id,
                [Customer],
                At,
                StorableText.Clean(text),
                IsEcho
            )
        );

    public InboundItem.Status Status(
        string mid,
        string status,
        DateTimeOffset at,
        Guid? ownId = null
    ) => new(Account, new InboundStatus(mid, ownId, status, at));

    public InboundItem.Mark Mark(string mark, DateTimeOffset until) =>
        new(Account, new InboundMark(Customer, mark, until));
}
