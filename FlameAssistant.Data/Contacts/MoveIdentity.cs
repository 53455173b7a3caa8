using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>A customer has another number, or another id at the provider, since.</summary>
/// <param name="Known">Every name that the provider still gives them by; the one that ends is among them.</param>
/// <param name="To">The new name; the old one of its kind is theirs no more.</param>
public sealed record IdentityMove(
    IReadOnlyList<InboundIdentity> Known,
    InboundIdentity To,
    DateTimeOffset At
);

/// <summary>
/// Lets a contact's conversations go on under the new name. The old one is free: whoever gets the number is somebody else.
/// Told again, or after the customer wrote by the new name, it comes to the same.
/// </summary>
public sealed record MoveIdentity(Guid ChannelId, IdentityMove Move) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var old = Move.Known.FirstOrDefault(i =>
            i.Kind == Move.To.Kind && i.Value != Move.To.Value
        );
        if (old is null || !await IsKnownAsync(unit, old, ct))
        {
            return false;
        }
        // It joins who was taken for two: one that wrote by the old name and one that wrote by the new.
        var contactId = await ContactResolution.ResolveAsync(
            unit,
            ChannelId,
            [old, Move.To],
            profileName: null,
            ct
        );
        await unit
            .Db.ContactIdentities.Where(i =>
                i.ChannelId == ChannelId && i.Kind == old.Kind && i.Value == old.Value
            )
            .ExecuteDeleteAsync(ct);
        if (Move.To.Kind == IdentityKinds.WaId)
        {
            var (was, becomes) = ("+" + old.Value, "+" + Move.To.Value);
            await unit
                .Db.Contacts.Where(c => c.Id == contactId && c.Phone == was)
                .ExecuteUpdateAsync(c => c.SetProperty(x => x.Phone, becomes), ct);
        }
        await NoteAsync(unit, contactId, old, ct);
        return true;
    }

    private Task<bool> IsKnownAsync(TenantUnit unit, InboundIdentity old, CancellationToken ct) =>
        unit.Db.ContactIdentities.AnyAsync(
            i => i.ChannelId == ChannelId && i.Kind == old.Kind && i.Value == old.Value,
            ct
        );

    /// <summary>The agents read it where they talk with the customer.</summary>
    private async Task NoteAsync(
        TenantUnit unit,
        Guid contactId,
        InboundIdentity old,
        CancellationToken ct
    )
    {
        var conversation = await unit
            .Db.Conversations.Where(c =>
                c.ChannelId == ChannelId && c.ContactId == contactId && c.MergedInto == null
            )
            .OrderByDescending(c => c.LastMessageAt)
            .Select(c => (Guid?)c.Id)
            .FirstOrDefaultAsync(ct);
        if (conversation is not { } id)
        {
            return;
        }
        var isNumber = Move.To.Kind == IdentityKinds.WaId;
        unit.Note(
            id,
            isNumber ? ConversationEventKinds.NumberChanged : ConversationEventKinds.IdChanged,
            subjectId: null,
            ("name", isNumber ? $"+{old.Value} → +{Move.To.Value}" : null)
        );
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, id);
    }
}
