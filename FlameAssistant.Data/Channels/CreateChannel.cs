using System.Text.Json;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FlameAssistant.Data.Channels;

/// <summary>A channel to connect, checked against its connector's definition.</summary>
/// <param name="AccountId">The account at the provider that webhooks name.</param>
/// <param name="Settings">Field name to value, not secret.</param>
/// <param name="Credentials">Field name to value, secret; stored encrypted and never returned.</param>
/// <param name="AppSecret">Verifies the webhooks of this channel's own address; null: it is reached by the shared address only.</param>
public sealed record ChannelDraft(
    string Type,
    string Name,
    string AccountId,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyDictionary<string, string> Credentials,
    string? AppSecret,
    string? VerifyToken
)
{
    /// <summary>What a new channel will be named by: known before it is stored, since its addresses name it.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();
}

/// <summary>
/// Connects a channel and its route. The same account in the same tenant answers with the channel that is there, its
/// settings renewed; another tenant's account is refused.
/// </summary>
/// <param name="Confirmed">Whether the credentials are known to be right; a route that is not stays pending.</param>
public sealed record CreateChannel(ChannelDraft Draft, ChannelSecrets Secrets, bool Confirmed)
    : ITenantOperation<Guid>
{
    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return Error.Forbidden(MemberPermissions.ChannelsManage);
        }
        if (Draft.Name is not { Length: > 0 and <= 255 } || string.IsNullOrWhiteSpace(Draft.Name))
        {
            return ChannelErrors.NameInvalid;
        }
        if (Draft.AccountId is not { Length: > 0 and <= 255 })
        {
            return ChannelErrors.AccountInvalid;
        }
        var db = unit.Db;
        var route = await db.ChannelRoutes.SingleOrDefaultAsync(
            r => r.Provider == Draft.Type && r.AccountId == Draft.AccountId,
            ct
        );
        if (
            await db.Channels.AnyAsync(
                c =>
                    c.Type == Draft.Type
                    && c.Name == Draft.Name
                    && (route == null || c.Id != route.ChannelId),
                ct
            )
        )
        {
            return ChannelErrors.NameTaken(Draft.Name);
        }

        var channel = route is null
            ? null
            : await db.Channels.SingleAsync(c => c.Id == route.ChannelId, ct);
        if (channel is null || route is null)
        {
            channel = new Channel
            {
                Id = Draft.Id,
                Type = Draft.Type,
                Name = Draft.Name,
            };
            route = new ChannelRoute
            {
                ChannelId = channel.Id,
                TenantId = unit.Tenant.Id,
                Provider = Draft.Type,
                AccountId = Draft.AccountId,
            };
            db.Add(channel);
            db.Add(route);
        }
        Fill(unit, channel, route);
        if (ChannelRules.Of(Draft.Type).RegistersWebhook && Confirmed)
        {
            WebhookRegistrations.Ask(unit, channel.Id);
        }
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException ex)
            when (ex.InnerException
                    is PostgresException
                    {
                        ConstraintName: "channel_routes_provider_account_id_key"
                    }
            )
        {
            return ChannelErrors.AccountTaken(Draft.AccountId);
        }
        catch (DbUpdateException ex)
            when (ex.InnerException
                    is PostgresException { ConstraintName: "integrations_type_name_key" }
            )
        {
            return ChannelErrors.NameTaken(Draft.Name);
        }
        unit.Raise(LiveKinds.Channel, channel.Id);
        return channel.Id;
    }

    private void Fill(TenantUnit unit, Channel channel, ChannelRoute route)
    {
        channel.Name = Draft.Name;
        channel.AccountId = Draft.AccountId;
        channel.Status = Confirmed ? ChannelStatuses.Active : ChannelStatuses.Pending;
        channel.StatusDetail = Confirmed ? "connected" : null;
        channel.Config = JsonSerializer.Serialize(Draft.Settings);
        channel.Credentials = JsonSerializer.Serialize(
            Draft.Credentials.ToDictionary(
                field => field.Key,
                field => Secrets.Protect(unit.Tenant.Id, channel.Id, field.Key, field.Value),
                StringComparer.Ordinal
            )
        );
        route.State = Confirmed ? ChannelRoute.Active : ChannelRoute.Pending;
        // What the product registers itself keeps the secret that it was registered with.
        if (Draft.AppSecret is not null || !ChannelRules.Of(Draft.Type).RegistersWebhook)
        {
            route.AppSecretEncrypted = Protect("app_secret", Draft.AppSecret);
        }
        else
        {
            route.AppSecretEncrypted ??= Protect("app_secret", WebhookRegistrations.NewSecret());
        }
        route.VerifyTokenEncrypted = Protect("verify_token", Draft.VerifyToken);

        string? Protect(string field, string? plain) =>
            plain is null ? null : Secrets.Protect(unit.Tenant.Id, channel.Id, field, plain);
    }
}

public static class ChannelErrors
{
    public static Error NameInvalid { get; } =
        Error.Invalid("channel.name", "The name has 1 to 255 characters.", "name");

    public static Error AccountInvalid { get; } =
        Error.Invalid(
            "channel.account",
            "The account's id at the provider has 1 to 255 characters.",
            "accountId"
        );

    public static Error NameTaken(string name) =>
        Error.Conflict(
            "channel.name_taken",
            $"The workspace has a channel of this type named '{name}': choose another name."
        );

    public static Error AccountTaken(string accountId) =>
        Error.Conflict(
            "channel.account_taken",
            $"The account {accountId} is connected to another workspace: disconnect it there first."
        );
}
