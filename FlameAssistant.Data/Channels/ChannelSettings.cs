using System.Text.Json;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FlameAssistant.Data.Channels;

/// <summary>Writes what an admin entered into a channel and its route; the constraints decide between two at once.</summary>
internal static class ChannelSettings
{
    public static async Task<Result<Guid>> SaveAsync(
        TenantUnit unit,
        Channel channel,
        ChannelRoute route,
        ChannelDraft draft,
        ChannelSecrets secrets,
        bool confirmed,
        bool keepsPause,
        CancellationToken ct
    )
    {
        Fill(unit, channel, route, draft, secrets);
        channel.RemovedAt = null;
        if (confirmed)
        {
            // Paused by a person stays paused: settings are not a word about that.
            var isPaused = keepsPause && route.State == ChannelRoute.Paused;
            channel.Status = isPaused ? ChannelStatuses.Inactive : ChannelStatuses.Active;
            channel.StatusDetail = ChannelRules.Of(channel.Type).HasSession
                ? ChannelDetails.QrRequired
                : ChannelDetails.Connected;
            channel.ErrorMessage = null;
            route.State = isPaused ? ChannelRoute.Paused : ChannelRoute.Active;
        }
        else
        {
            channel.Status = ChannelStatuses.Pending;
            channel.StatusDetail = null;
            route.State = ChannelRoute.Pending;
        }
        if (confirmed && ChannelRules.Of(channel.Type).RegistersWebhook)
        {
            WebhookRegistrations.Ask(unit, channel.Id);
        }
        if (confirmed && draft.GroupId is not null)
        {
            await TemplateSync.AskAsync(unit, channel.Id, ct);
        }
        try
        {
            await unit.Db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException ex)
            when (ex.InnerException
                    is PostgresException
                    {
                        ConstraintName: "channel_routes_provider_account_id_key"
                    }
            )
        {
            return ChannelErrors.AccountTaken(draft.AccountId);
        }
        catch (DbUpdateException ex)
            when (ex.InnerException
                    is PostgresException { ConstraintName: "integrations_type_name_key" }
            )
        {
            return ChannelErrors.NameTaken(draft.Name);
        }
        if (confirmed)
        {
            await unit
                .Db.ChannelHealth.Where(h => h.ChannelId == channel.Id)
                .ExecuteUpdateAsync(
                    h =>
                        h.SetProperty(x => x.NeedsAuth, valueExpression: false)
                            .SetProperty(x => x.Failures, 0)
                            .SetProperty(x => x.IsProbing, valueExpression: false)
                            .SetProperty(x => x.RetryAt, (DateTimeOffset?)null)
                            .SetProperty(x => x.LastCheckedAt, unit.Now),
                    ct
                );
        }
        if (confirmed)
        {
            await ForgetSessionAsync(unit, channel, ct);
        }
        unit.Raise(LiveKinds.Channel, channel.Id);
        return channel.Id;
    }

    /// <summary>With other settings it may be another session: the gateway is asked anew.</summary>
    private static async Task ForgetSessionAsync(
        TenantUnit unit,
        Channel channel,
        CancellationToken ct
    )
    {
        if (
            ChannelRules.Of(channel.Type).HasSession
            && unit.Tenant.SchemaVersion >= ChannelSession.Script
        )
        {
            await unit.Db.Sessions.Where(s => s.ChannelId == channel.Id).ExecuteDeleteAsync(ct);
        }
    }

    private static void Fill(
        TenantUnit unit,
        Channel channel,
        ChannelRoute route,
        ChannelDraft draft,
        ChannelSecrets secrets
    )
    {
        channel.Name = draft.Name;
        channel.AccountId = draft.AccountId;
        channel.Config = JsonSerializer.Serialize(draft.Settings);
        channel.Credentials = JsonSerializer.Serialize(
            draft.Credentials.ToDictionary(
                field => field.Key,
                field => secrets.Protect(unit.Tenant.Id, channel.Id, field.Key, field.Value),
                StringComparer.Ordinal
            )
        );
        route.AccountId = draft.AccountId;
        route.GroupId = draft.GroupId;
        route.AppSecretEncrypted = Protect("app_secret", draft.AppSecret);
        route.VerifyTokenEncrypted = Protect("verify_token", draft.VerifyToken);

        string? Protect(string field, string? plain) =>
            plain is null ? null : secrets.Protect(unit.Tenant.Id, channel.Id, field, plain);
    }
}
