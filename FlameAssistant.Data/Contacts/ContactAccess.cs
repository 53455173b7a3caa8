using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>
/// Which contacts an actor sees: all of them where no channel is hidden from them; else whom they can see a conversation of,
/// and who never had one.
/// </summary>
internal static class ContactAccess
{
    /// <summary>The script that this room stands on: a tenant that waits for it has no pages of contacts yet.</summary>
    private const int Script = 11;

    public static bool IsReady(TenantUnit unit) => unit.Tenant.SchemaVersion >= Script;

    public static async Task<bool> MaySeeAsync(
        TenantUnit unit,
        Guid contactId,
        CancellationToken ct
    )
    {
        if (unit.Actor.SeesAllChannels)
        {
            return true;
        }
        var all = unit.Db.Conversations.Where(c => c.ContactId == contactId);
        var hidden = await HiddenAsync(unit, ct);
        var me = unit.Actor.UserId;
        return hidden.Count == 0
            || !await all.AnyAsync(ct)
            || await all.AnyAsync(c => !hidden.Contains(c.ChannelId) || c.AssignedTo == me, ct);
    }

    public static async Task<IReadOnlyList<Guid>> HiddenAsync(
        TenantUnit unit,
        CancellationToken ct
    ) => unit.Actor.SeesAllChannels ? [] : await ConversationAccess.HiddenChannelsAsync(unit, ct);
}
