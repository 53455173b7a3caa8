using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>What a provider forbids an account for a while. The channel goes on with what is left.</summary>
public static class ChannelRestrictions
{
    /// <summary>Nothing may begin a conversation: no template.</summary>
    public const string NoBeginning = "RESTRICTED_BIZ_INITIATED_MESSAGING";

    /// <summary>Not even answers.</summary>
    public const string NoAnswers = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING";

    internal static async Task ApplyAsync(
        TenantUnit unit,
        Guid channelId,
        AccountNews.Restricted news,
        CancellationToken ct
    )
    {
        if (news.Kinds.Count == 0 || news.EndsAt <= unit.Now)
        {
            await EndAsync(unit, channelId, ct);
            return;
        }
        var kinds = news.Kinds.ToArray();
        var changed = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO channel_restrictions AS r (channel_id, kinds, ends_at)
            SELECT id, {kinds}, {news.EndsAt} FROM integrations WHERE id = {channelId} AND removed_at IS NULL
            ON CONFLICT (channel_id) DO UPDATE SET kinds = excluded.kinds, ends_at = excluded.ends_at
             WHERE (r.kinds, r.ends_at) IS DISTINCT FROM (excluded.kinds, excluded.ends_at)
            """,
            ct
        );
        if (changed == 0)
        {
            return;
        }
        var reason = $"WhatsApp restricts the account: {string.Join(", ", kinds)}.";
        await unit
            .Db.Channels.Where(c => c.Id == channelId)
            .ExecuteUpdateAsync(
                c =>
                    c.SetProperty(x => x.StatusDetail, ChannelDetails.Restricted)
                        .SetProperty(x => x.ErrorMessage, reason),
                ct
            );
        await ChannelTrouble.NoteAsync(unit, channelId, "restricted", reason, ct);
        await ChannelTrouble.TellAdminsAsync(unit, channelId, reason, ct);
        if (news.EndsAt is { } end)
        {
            unit.Ask(OutboxKinds.EndRestriction, channelId, channelId, 0, end);
            await unit.Db.SaveChangesAsync(ct);
        }
    }

    /// <returns>Why such a message cannot go out now; null when it can.</returns>
    internal static async Task<Error?> ProblemAsync(
        TenantUnit unit,
        Guid channelId,
        bool isTemplate,
        CancellationToken ct
    )
    {
        if (!CloudSchema.IsReady(unit))
        {
            return null;
        }
        var kind = isTemplate ? NoBeginning : NoAnswers;
        var isRestricted = await unit
            .Db.Database.SqlQuery<bool>(
                $"""
                SELECT true AS "Value" FROM channel_restrictions
                 WHERE channel_id = {channelId} AND {kind} = ANY (kinds) AND (ends_at IS NULL OR ends_at > {unit.Now})
                """
            )
            .ToListAsync(ct);
        return isRestricted.Count > 0 ? ConversationErrors.ChannelRestricted : null;
    }

    internal static async Task EndAsync(TenantUnit unit, Guid channelId, CancellationToken ct)
    {
        await unit.Db.Database.ExecuteSqlAsync(
            $"DELETE FROM channel_restrictions WHERE channel_id = {channelId}",
            ct
        );
        await unit
            .Db.Channels.Where(c =>
                c.Id == channelId && c.StatusDetail == ChannelDetails.Restricted
            )
            .ExecuteUpdateAsync(
                c =>
                    c.SetProperty(x => x.StatusDetail, ChannelDetails.Connected)
                        .SetProperty(x => x.ErrorMessage, (string?)null),
                ct
            );
        unit.Raise(LiveKinds.Channel, channelId);
    }
}

/// <summary>A restriction's time is over; a longer one that came meanwhile stays.</summary>
public sealed record EndRestriction(Guid OutboxId, Guid ChannelId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        var goesOn = await unit
            .Db.Database.SqlQuery<bool>(
                $"""
                SELECT true AS "Value" FROM channel_restrictions
                 WHERE channel_id = {ChannelId} AND (ends_at IS NULL OR ends_at > {unit.Now})
                """
            )
            .ToListAsync(ct);
        if (goesOn.Count == 0)
        {
            await ChannelRestrictions.EndAsync(unit, ChannelId, ct);
        }
        return true;
    }
}
