using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>Something came in by the channel. Asked seldom: the page shows it to the minute.</summary>
public sealed record NoteChannelTraffic(Guid ChannelId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var isFirst = !await unit.Db.ChannelHealth.AnyAsync(
            h => h.ChannelId == ChannelId && h.LastInboundAt != null,
            ct
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO channel_health (channel_id, last_inbound_at)
            SELECT id, {unit.Now} FROM integrations WHERE id = {ChannelId}
            ON CONFLICT (channel_id) DO UPDATE SET last_inbound_at = excluded.last_inbound_at
            """,
            ct
        );
        if (isFirst)
        {
            // Whoever connected it waits for this. Later ones are no news, and would make every node forget its routes.
            unit.Raise(LiveKinds.Channel, ChannelId);
        }
        return true;
    }
}

/// <summary>What the provider says of the channel when somebody, or the product, asks.</summary>
/// <param name="Problem">Null: all is well.</param>
/// <param name="NeedsAuth">Only an admin can help: nothing goes out until they connect it again.</param>
public sealed record NoteChannelCheck(
    Guid ChannelId,
    (string Code, string Reason)? Problem,
    bool NeedsAuth = false
) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (Problem is { } problem)
        {
            await ChannelTrouble.NoteAsync(unit, ChannelId, problem.Code, problem.Reason, ct);
            if (NeedsAuth)
            {
                await ChannelTrouble.NeedsAuthAsync(unit, ChannelId, problem.Reason, ct);
            }
        }
        else
        {
            await unit.Db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO channel_health (channel_id, last_checked_at)
                SELECT id, {unit.Now} FROM integrations WHERE id = {ChannelId}
                ON CONFLICT (channel_id) DO UPDATE SET last_checked_at = excluded.last_checked_at
                """,
                ct
            );
        }
        unit.Raise(LiveKinds.Channel, ChannelId);
        return true;
    }
}
