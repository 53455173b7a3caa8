using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

internal static class UnknownMessages
{
    /// <summary>Now, and null where nothing is awaited: the provider sends no callbacks, so the agent is told at once.</summary>
    public static async Task<DateTimeOffset?> SinceAsync(
        TenantUnit unit,
        Guid channelId,
        CancellationToken ct
    )
    {
        var type = await unit
            .Db.Channels.Where(c => c.Id == channelId)
            .Select(c => c.Type)
            .SingleAsync(ct);
        return ChannelRules.Of(type).HasCallbacks ? unit.Now : null;
    }
}
