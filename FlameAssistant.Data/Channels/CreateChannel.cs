using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

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
    /// <summary>The account above it, which some webhooks name instead.</summary>
    public string? GroupId { get; init; }

    /// <summary>What a new channel will be named by: known before it is stored, since its addresses name it.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    internal Error? Problem() =>
        string.IsNullOrWhiteSpace(Name) || Name.Length > 255 ? ChannelErrors.NameInvalid
        : AccountId is not { Length: > 0 and <= 255 } ? ChannelErrors.AccountInvalid
        : null;
}

/// <summary>
/// Connects a channel and its route. Another tenant's account is refused. An account that was removed here before comes
/// back as the channel that it was, with its conversations.
/// </summary>
/// <param name="Confirmed">Whether the credentials are known to be right; a route that is not stays pending.</param>
/// <param name="Renews">Whether the same account in the same tenant is answered with the channel that is there, renewed.</param>
public sealed record CreateChannel(
    ChannelDraft Draft,
    ChannelSecrets Secrets,
    bool Confirmed,
    bool Renews = true
) : ITenantOperation<Guid>
{
    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return Error.Forbidden(MemberPermissions.ChannelsManage);
        }
        if (Draft.Problem() is { } problem)
        {
            return problem;
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
            ? await RemovedAsync(unit, ct)
            : await db.Channels.SingleAsync(c => c.Id == route.ChannelId, ct);
        if (route is not null && !Renews)
        {
            return ChannelErrors.AccountConnected(Draft.AccountId, channel!.Name);
        }
        if (channel is null)
        {
            channel = new Channel
            {
                Id = Draft.Id,
                Type = Draft.Type,
                Name = Draft.Name,
            };
            db.Add(channel);
        }
        if (route is null)
        {
            route = new ChannelRoute
            {
                ChannelId = channel.Id,
                TenantId = unit.Tenant.Id,
                Provider = Draft.Type,
                AccountId = Draft.AccountId,
            };
            db.Add(route);
        }
        return await ChannelSettings.SaveAsync(
            unit,
            channel,
            route,
            Draft,
            Secrets,
            Confirmed,
            keepsPause: false,
            ct
        );
    }

    private Task<Channel?> RemovedAsync(TenantUnit unit, CancellationToken ct) =>
        unit
            .Db.Channels.Where(c =>
                c.Type == Draft.Type && c.AccountId == Draft.AccountId && c.RemovedAt != null
            )
            .OrderByDescending(c => c.RemovedAt)
            .FirstOrDefaultAsync(ct);
}
