using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels;

/// <summary>One thing that a webhook body tells, and the provider's account that it tells it of; null where bodies name none.</summary>
public abstract record InboundItem(string? AccountId)
{
    public sealed record Message(string? AccountId, InboundMessage Value) : InboundItem(AccountId);

    public sealed record Status(string? AccountId, InboundStatus Value) : InboundItem(AccountId);

    /// <summary>An edit, a deletion or a reaction.</summary>
    public sealed record Event(string? AccountId, InboundMessageEvent Value)
        : InboundItem(AccountId);

    /// <summary>How far a customer has got.</summary>
    public sealed record Mark(string? AccountId, InboundMark Value) : InboundItem(AccountId);

    /// <summary>A customer has another name at the provider since.</summary>
    public sealed record Moved(string? AccountId, IdentityMove Value) : InboundItem(AccountId);

    /// <summary>What concerns an account and no message.</summary>
    /// <param name="GroupId">The account above the channels, where it names that one: all its channels are told.</param>
    /// <param name="At">When it was told; null where it does not say.</param>
    public sealed record News(
        string? AccountId,
        string? GroupId,
        AccountNews Value,
        DateTimeOffset? At
    ) : InboundItem(AccountId);

    /// <summary>How the account's session at a gateway is.</summary>
    public sealed record Session(string? AccountId, SessionReport Report) : InboundItem(AccountId);

    /// <summary>What is none of ours, on purpose.</summary>
    public sealed record Ignored(string? AccountId, string Reason) : InboundItem(AccountId);

    /// <summary>What this version does not understand; <paramref name="Body"/> holds just this part and can be replayed.</summary>
    public sealed record Unhandled(string? AccountId, string Reason, byte[] Body)
        : InboundItem(AccountId);

    /// <summary>Items of one key are worked on one after the other, others in parallel.</summary>
    public string OrderKey =>
        this switch
        {
            Message m => m.Value.Identities[0].Value,
            Event e => e.Value.Identities[0].Value,
            Status s => s.Value.ExternalId,
            Mark k => k.Value.Identity.Value,
            Moved m => m.Value.Known[0].Value,
            News n => $"news:{n.GroupId}",
            _ => "",
        };
}
