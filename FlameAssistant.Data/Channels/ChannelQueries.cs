using System.Text.Json;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>A channel as its admins see it. No secret is in it.</summary>
/// <param name="Settings">Field name to value, of those that are no secrets.</param>
/// <param name="Secrets">The names of the secrets that are stored.</param>
public sealed record ChannelRow(
    Guid Id,
    string Type,
    string Name,
    string Status,
    string? StatusDetail,
    string? ErrorMessage,
    string AccountId,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlySet<string> Secrets,
    ChannelHealth Health,
    DateTimeOffset CreatedAt
)
{
    public bool IsPaused => Status == ChannelStatuses.Inactive;

    /// <summary>Whether the product holds messages back because the provider keeps failing.</summary>
    public bool IsHeldBack => Status == ChannelStatuses.Active && Health.RetryAt is not null;
}

public static class ChannelQueries
{
    /// <summary>Every channel by name; null for who may not manage channels.</summary>
    public static async Task<IReadOnlyList<ChannelRow>?> ListChannelsAsync(
        this TenantUnit unit,
        CancellationToken ct
    ) => await RowsAsync(unit, null, ct);

    /// <returns>Null for who may not manage channels, for another tenant's and for removed ones.</returns>
    public static async Task<ChannelRow?> FindChannelAsync(
        this TenantUnit unit,
        Guid channelId,
        CancellationToken ct
    ) => (await RowsAsync(unit, channelId, ct))?.SingleOrDefault();

    /// <summary>The stored ciphertexts, field by field, for who opens them to speak to the provider.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadChannelCredentialsAsync(
        this TenantUnit unit,
        Guid channelId,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return new Dictionary<string, string>();
        }
        var stored = await unit
            .Db.Channels.Where(c => c.Id == channelId && c.RemovedAt == null)
            .Select(c => c.Credentials)
            .SingleOrDefaultAsync(ct);
        return Read(stored);
    }

    /// <summary>For who hides them where they turn up, whoever looks: they are opened for nothing else.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadSecretsOfAsync(
        this TenantUnit unit,
        Guid channelId,
        CancellationToken ct
    ) =>
        Read(
            await unit
                .Db.Channels.Where(c => c.Id == channelId)
                .Select(c => c.Credentials)
                .SingleOrDefaultAsync(ct)
        );

    private static async Task<IReadOnlyList<ChannelRow>?> RowsAsync(
        TenantUnit unit,
        Guid? channelId,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return null;
        }
        var rows = await (
            from c in unit.Db.Channels.AsNoTracking()
            join h in unit.Db.ChannelHealth on c.Id equals h.ChannelId into healths
            from h in healths.DefaultIfEmpty()
            where c.RemovedAt == null && (channelId == null || c.Id == channelId)
            select new { Channel = c, Health = h }
        ).ToListAsync(ct);
        return
        [
            .. rows.OrderBy(r => r.Channel.Name, StringComparer.CurrentCultureIgnoreCase)
                .Select(r => new ChannelRow(
                    r.Channel.Id,
                    r.Channel.Type,
                    r.Channel.Name,
                    r.Channel.Status,
                    r.Channel.StatusDetail,
                    r.Channel.ErrorMessage,
                    r.Channel.AccountId ?? "",
                    Read(r.Channel.Config),
                    Read(r.Channel.Credentials).Keys.ToHashSet(StringComparer.Ordinal),
                    r.Health ?? new ChannelHealth { ChannelId = r.Channel.Id },
                    r.Channel.CreatedAt
                )),
        ];
    }

    private static Dictionary<string, string> Read(string? json) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(json ?? "{}") ?? [];
}
