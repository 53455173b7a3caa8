using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>A channel with its credentials as they are stored, and how its session is.</summary>
public sealed record SessionChannel(Channel Channel, ChannelSession? Session);

public static class SessionQueries
{
    /// <returns>Null for who may not manage channels, for unknown channels, and where no gateway holds a session.</returns>
    public static async Task<SessionChannel?> FindSessionAsync(
        this TenantUnit unit,
        Guid channelId,
        CancellationToken ct
    )
    {
        if (
            !unit.Actor.May(MemberPermissions.ChannelsManage)
            || unit.Tenant.SchemaVersion < ChannelSession.Script
        )
        {
            return null;
        }
        var channel = await unit
            .Db.Channels.AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == channelId && c.RemovedAt == null, ct);
        return channel is null || !ChannelRules.Of(channel.Type).HasSession
            ? null
            : new SessionChannel(
                channel,
                await unit
                    .Db.Sessions.AsNoTracking()
                    .SingleOrDefaultAsync(s => s.ChannelId == channelId, ct)
            );
    }
}

/// <summary>When a message may go out by a number that a gateway holds.</summary>
internal static class SessionPace
{
    /// <summary>What waits longer for a phone fails, and says so: an answer of yesterday is none.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);
    private const int DefaultPerMinute = 20;

    /// <returns>Whether its phone is away: nothing may go, and later it may.</returns>
    public static async Task<bool> IsDownAsync(
        TenantUnit unit,
        Channel channel,
        CancellationToken ct
    ) =>
        IsKept(unit, channel)
        && await unit.Db.Sessions.AnyAsync(
            s =>
                s.ChannelId == channel.Id
                && s.State != SessionStates.Working
                && s.State != SessionStates.Starting,
            ct
        );

    /// <returns>When to ask again; null: it may go now, and the next one later.</returns>
    public static async Task<DateTimeOffset?> WaitAsync(
        TenantUnit unit,
        Channel channel,
        CancellationToken ct
    )
    {
        if (!IsKept(unit, channel))
        {
            return null;
        }
        if (await IsDownAsync(unit, channel, ct))
        {
            return unit.Now + LookAgain;
        }
        var next = unit.Now + TimeSpan.FromMinutes(1) / PerMinute(channel);
        var isMine = await unit
            .Db.Sessions.Where(s =>
                s.ChannelId == channel.Id && (s.NextSendAt == null || s.NextSendAt <= unit.Now)
            )
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.NextSendAt, next), ct);
        return isMine == 1
            ? null
            : await unit
                .Db.Sessions.Where(s => s.ChannelId == channel.Id)
                .Select(s => s.NextSendAt)
                .SingleOrDefaultAsync(ct);
    }

    private static bool IsKept(TenantUnit unit, Channel channel) =>
        ChannelRules.Of(channel.Type).HasSession
        && unit.Tenant.SchemaVersion >= ChannelSession.Script;

    private static int PerMinute(Channel channel)
    {
        using var config = System.Text.Json.JsonDocument.Parse(channel.Config);
        return
            config.RootElement.TryGetProperty(ChannelRules.PerMinuteSetting, out var given)
            && int.TryParse(
                given.GetString(),
                System.Globalization.CultureInfo.InvariantCulture,
                out var rate
            )
            && rate > 0
            ? rate
            : DefaultPerMinute;
    }
}
