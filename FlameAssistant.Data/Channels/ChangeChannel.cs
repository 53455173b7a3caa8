using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FlameAssistant.Data.Channels;

/// <summary>
/// Gives a channel new settings, which its provider has confirmed. The draft is complete: a secret that nobody typed again
/// is in it as it was.
/// </summary>
public sealed record UpdateChannel(Guid ChannelId, ChannelDraft Draft, ChannelSecrets Secrets)
    : ITenantOperation<Guid>
{
    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return Error.Forbidden(MemberPermissions.ChannelsManage);
        }
        if (await ChannelAccess.FindAsync(unit, ChannelId, ct) is not { } found)
        {
            return ChannelErrors.NotFound;
        }
        if (Draft.Problem() is { } problem)
        {
            return problem;
        }
        var other = await unit
            .Db.ChannelRoutes.Where(r =>
                r.Provider == Draft.Type
                && r.AccountId == Draft.AccountId
                && r.ChannelId != ChannelId
            )
            .Select(r => (Guid?)r.ChannelId)
            .SingleOrDefaultAsync(ct);
        if (other is { } id)
        {
            var name = await unit
                .Db.Channels.Where(c => c.Id == id)
                .Select(c => c.Name)
                .SingleAsync(ct);
            return ChannelErrors.AccountConnected(Draft.AccountId, name);
        }
        return await ChannelSettings.SaveAsync(
            unit,
            found.Channel,
            found.Route,
            Draft,
            Secrets,
            confirmed: true,
            keepsPause: true,
            ct
        );
    }
}

/// <summary>What agents read; nothing changes at the provider.</summary>
public sealed record RenameChannel(Guid ChannelId, string Name) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return Error.Forbidden(MemberPermissions.ChannelsManage);
        }
        if (await ChannelAccess.FindAsync(unit, ChannelId, ct) is not { Channel: var channel })
        {
            return ChannelErrors.NotFound;
        }
        var name = Name.Trim();
        if (name.Length is 0 or > 255)
        {
            return ChannelErrors.NameInvalid;
        }
        channel.Name = name;
        try
        {
            await unit.Db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException ex)
            when (ex.InnerException
                    is PostgresException { ConstraintName: "integrations_type_name_key" }
            )
        {
            return ChannelErrors.NameTaken(name);
        }
        unit.Raise(LiveKinds.Channel, ChannelId);
        return true;
    }
}

/// <summary>
/// Nothing goes out and nothing is taken in until it is resumed; what customers write meanwhile waits in the quarantine, and is
/// taken in by itself afterwards.
/// </summary>
public sealed record PauseChannel(Guid ChannelId) : ITenantOperation<bool>
{
    public Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct) =>
        ChannelAccess.SetStateAsync(
            unit,
            ChannelId,
            ChannelStatuses.Inactive,
            ChannelRoute.Paused,
            ct
        );
}

/// <summary>Works again with the settings that it has; also after an error that was put right at the provider.</summary>
public sealed record ResumeChannel(Guid ChannelId) : ITenantOperation<bool>
{
    public Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct) =>
        ChannelAccess.SetStateAsync(
            unit,
            ChannelId,
            ChannelStatuses.Active,
            ChannelRoute.Active,
            ct
        );
}

internal sealed record FoundChannel(Channel Channel, ChannelRoute Route);

internal static class ChannelAccess
{
    /// <returns>Null for another tenant's, and for one that was removed.</returns>
    public static async Task<FoundChannel?> FindAsync(
        TenantUnit unit,
        Guid channelId,
        CancellationToken ct
    )
    {
        var channel = await unit
            .Db.Channels.FromSql($"SELECT * FROM integrations WHERE id = {channelId} FOR UPDATE")
            .SingleOrDefaultAsync(c => c.RemovedAt == null, ct);
        var route = channel is null
            ? null
            : await unit.Db.ChannelRoutes.SingleOrDefaultAsync(r => r.ChannelId == channelId, ct);
        return channel is null || route is null ? null : new FoundChannel(channel, route);
    }

    public static async Task<Result<bool>> SetStateAsync(
        TenantUnit unit,
        Guid channelId,
        string status,
        string routeState,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return Error.Forbidden(MemberPermissions.ChannelsManage);
        }
        if (await FindAsync(unit, channelId, ct) is not var (channel, route) || channel is null)
        {
            return ChannelErrors.NotFound;
        }
        if (route.State == ChannelRoute.Pending)
        {
            return ChannelErrors.NotReady;
        }
        if (channel.Status == status && route.State == routeState)
        {
            return true;
        }
        channel.Status = status;
        route.State = routeState;
        if (status == ChannelStatuses.Active)
        {
            unit.Ask(OutboxKinds.TakeInPaused, channelId, channelId, 0);
            channel.ErrorMessage = null;
            if (!ChannelRules.Of(channel.Type).HasSession)
            {
                // Else its gateway says how it is.
                channel.StatusDetail = ChannelDetails.Connected;
            }
            if (ChannelRules.Of(channel.Type).RegistersWebhook)
            {
                WebhookRegistrations.Ask(unit, channelId);
            }
            await unit
                .Db.ChannelHealth.Where(h => h.ChannelId == channelId)
                .ExecuteUpdateAsync(
                    h =>
                        h.SetProperty(x => x.NeedsAuth, valueExpression: false)
                            .SetProperty(x => x.Failures, 0)
                            .SetProperty(x => x.IsProbing, valueExpression: false)
                            .SetProperty(x => x.RetryAt, (DateTimeOffset?)null),
                    ct
                );
        }
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Channel, channelId);
        return true;
    }
}
