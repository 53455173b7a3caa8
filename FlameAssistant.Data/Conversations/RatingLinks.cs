using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Npgsql;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Links by which a customer rates a resolved conversation, once, within 30 days. Only the hash of a link's token is stored;
/// tokens are looked up before the tenant is known, so they are the worker's.
/// </summary>
public sealed class RatingLinks(
    IDataSourceProvider sources,
    TenantUnits units,
    TenantCatalog tenants,
    TimeProvider clock
)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);
    private const int MaxToken = 100;

    private readonly NpgsqlDataSource worker = sources.For(DataSources.MainCluster).Worker;

    /// <returns>The token of the link; it is not to be had again.</returns>
    public async Task<Result<string>> CreateAsync(
        TenantRef tenant,
        Actor actor,
        Guid conversationId,
        CancellationToken ct
    )
    {
        var channel = await units.RunAsync(tenant, actor, new CheckRateable(conversationId), ct);
        if (!channel.IsOk)
        {
            return channel.Error;
        }
        var token = "rat_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
        await using var insert = worker.CreateCommand(
            """
            INSERT INTO shared.access_tokens (token_hash, kind, tenant_id, channel_id, subject_id, expires_at)
            VALUES ($1, 'rating', $2, $3, $4, $5)
            """
        );
        insert.Parameters.Add(new() { Value = Hash(token) });
        insert.Parameters.Add(new() { Value = tenant.Id });
        insert.Parameters.Add(new() { Value = channel.Value });
        insert.Parameters.Add(new() { Value = conversationId });
        insert.Parameters.Add(new() { Value = clock.GetUtcNow() + Life });
        await insert.ExecuteNonQueryAsync(ct);
        return token;
    }

    /// <summary>Whose the link is; null when it is unknown, used or too old.</summary>
    public async Task<TenantRef?> FindAsync(string token, CancellationToken ct) =>
        await LookAsync(token, ct) is { } link ? await tenants.FindAsync(link.Tenant, ct) : null;

    public async Task<Result<bool>> RedeemAsync(
        string token,
        int score,
        string? comment,
        CancellationToken ct
    )
    {
        if (
            await LookAsync(token, ct) is not { } link
            || await tenants.FindAsync(link.Tenant, ct) is not { } tenant
        )
        {
            return ConversationErrors.RatingGone;
        }
        var hash = Hash(token);
        // The rating's key is the link's: if this process dies before the token is marked, it still counts once.
        var rated = await units.RunAsync(
            tenant,
            new Actor(
                Actor.ContactKind,
                Guid.Empty,
                new HashSet<string>(StringComparer.Ordinal),
                SeesAllChannels: false
            ),
            new RateConversation(link.Conversation, new Guid(hash.AsSpan(0, 16)), score, comment),
            ct
        );
        if (rated.IsOk)
        {
            await using var used = worker.CreateCommand(
                "UPDATE shared.access_tokens SET used_at = $2 WHERE token_hash = $1"
            );
            used.Parameters.Add(new() { Value = hash });
            used.Parameters.Add(new() { Value = clock.GetUtcNow() });
            await used.ExecuteNonQueryAsync(ct);
        }
        return rated;
    }

    private async Task<(Guid Tenant, Guid Conversation)?> LookAsync(
        string token,
        CancellationToken ct
    )
    {
        if (token.Length is 0 or > MaxToken)
        {
            return null;
        }
        await using var look = worker.CreateCommand(
            """
            SELECT tenant_id, subject_id FROM shared.access_tokens
             WHERE token_hash = $1 AND kind = 'rating' AND used_at IS NULL AND expires_at > $2
            """
        );
        look.Parameters.Add(new() { Value = Hash(token) });
        look.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await using var reader = await look.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetGuid(0), reader.GetGuid(1)) : null;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
