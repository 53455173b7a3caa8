using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FlameAssistant.Data.Platform;
using Npgsql;

namespace FlameAssistant.Data.Channels.WebChat;

/// <summary>Whose token was shown, and where it belongs.</summary>
/// <param name="TokenHash">Names the token; the token itself is nowhere but with its bearer.</param>
public sealed record VisitorRef(
    Guid TenantId,
    Guid ChannelId,
    Guid VisitorId,
    byte[] TokenHash,
    DateTimeOffset ExpiresAt
);

/// <summary>
/// What visitors of web chats prove themselves with: a token for a year (<c>vst_</c>), and tickets for a minute and one
/// stream (<c>tkt_</c>). Only hashes are stored; they are looked up before the tenant is known, so they are the worker's.
/// </summary>
public sealed class VisitorTokens(IDataSourceProvider sources, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(365);
    public static readonly TimeSpan TicketLife = TimeSpan.FromSeconds(60);

    private const int MaxToken = 100;

    private readonly NpgsqlDataSource worker = sources.For(DataSources.MainCluster).Worker;

    /// <returns>The token, which is not to be had again, and whose it is.</returns>
    public async Task<(string Token, VisitorRef Visitor)> CreateAsync(
        Guid tenantId,
        Guid channelId,
        Guid visitorId,
        CancellationToken ct
    )
    {
        var token = New("vst_");
        var visitor = new VisitorRef(
            tenantId,
            channelId,
            visitorId,
            Hash(token),
            clock.GetUtcNow() + Life
        );
        await using var insert = worker.CreateCommand(
            """
            INSERT INTO shared.access_tokens (token_hash, kind, tenant_id, channel_id, subject_id, expires_at)
            VALUES ($1, 'visitor', $2, $3, $4, $5)
            """
        );
        insert.Parameters.Add(new() { Value = visitor.TokenHash });
        insert.Parameters.Add(new() { Value = tenantId });
        insert.Parameters.Add(new() { Value = channelId });
        insert.Parameters.Add(new() { Value = visitorId });
        insert.Parameters.Add(new() { Value = visitor.ExpiresAt });
        await insert.ExecuteNonQueryAsync(ct);
        return (token, visitor);
    }

    /// <returns>Null for a token that is unknown, ended or too old.</returns>
    public Task<VisitorRef?> FindAsync(string token, CancellationToken ct) =>
        AskAsync(
            """
            SELECT tenant_id, channel_id, subject_id, token_hash, expires_at FROM shared.access_tokens
             WHERE token_hash = $1 AND kind = 'visitor' AND expires_at > $2
            """,
            token,
            ct
        );

    /// <summary>Who comes back keeps their token for another year.</summary>
    public async Task<VisitorRef> RenewAsync(VisitorRef visitor, CancellationToken ct)
    {
        var renewed = visitor with { ExpiresAt = clock.GetUtcNow() + Life };
        await using var update = worker.CreateCommand(
            "UPDATE shared.access_tokens SET expires_at = $2 WHERE token_hash = $1"
        );
        update.Parameters.Add(new() { Value = visitor.TokenHash });
        update.Parameters.Add(new() { Value = renewed.ExpiresAt });
        await update.ExecuteNonQueryAsync(ct);
        return renewed;
    }

    /// <summary>Ends a token, and the tickets that were got with it.</summary>
    public async Task EndAsync(VisitorRef visitor, CancellationToken ct)
    {
        await using var delete = worker.CreateCommand(
            "DELETE FROM shared.access_tokens WHERE token_hash = $1"
        );
        delete.Parameters.Add(new() { Value = visitor.TokenHash });
        await delete.ExecuteNonQueryAsync(ct);
    }

    /// <returns>A ticket for one stream within a minute, on any node.</returns>
    public async Task<string> CreateTicketAsync(VisitorRef visitor, CancellationToken ct)
    {
        var ticket = New("tkt_");
        // Of a token that ended meanwhile there is no ticket.
        await using var insert = worker.CreateCommand(
            """
            INSERT INTO shared.access_tokens (token_hash, kind, tenant_id, channel_id, subject_id, expires_at, parent_hash)
            SELECT $1, 'ticket', tenant_id, channel_id, subject_id, $3, token_hash
              FROM shared.access_tokens WHERE token_hash = $2
            """
        );
        insert.Parameters.Add(new() { Value = Hash(ticket) });
        insert.Parameters.Add(new() { Value = visitor.TokenHash });
        insert.Parameters.Add(new() { Value = clock.GetUtcNow() + TicketLife });
        await insert.ExecuteNonQueryAsync(ct);
        return ticket;
    }

    /// <summary>Takes a ticket: of two who show the same one, the second gets nothing.</summary>
    /// <returns>The visitor as their token names them.</returns>
    public Task<VisitorRef?> TakeTicketAsync(string ticket, CancellationToken ct) =>
        AskAsync(
            """
            WITH taken AS (
              DELETE FROM shared.access_tokens WHERE token_hash = $1 AND kind = 'ticket' RETURNING parent_hash, expires_at)
            SELECT v.tenant_id, v.channel_id, v.subject_id, v.token_hash, v.expires_at
              FROM taken JOIN shared.access_tokens v ON v.token_hash = taken.parent_hash
             WHERE taken.expires_at > $2 AND v.expires_at > $2
            """,
            ticket,
            ct
        );

    /// <summary>Which of these tokens are still good, in one question for all streams of a node.</summary>
    public async Task<IReadOnlyList<byte[]>> LivingAsync(
        IReadOnlyCollection<byte[]> hashes,
        CancellationToken ct
    )
    {
        await using var look = worker.CreateCommand(
            "SELECT token_hash FROM shared.access_tokens WHERE token_hash = ANY ($1) AND kind = 'visitor' AND expires_at > $2"
        );
        look.Parameters.Add(new() { Value = hashes.ToArray() });
        look.Parameters.Add(new() { Value = clock.GetUtcNow() });
        var living = new List<byte[]>(hashes.Count);
        await using var reader = await look.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            living.Add(reader.GetFieldValue<byte[]>(0));
        }
        return living;
    }

    private async Task<VisitorRef?> AskAsync(string sql, string token, CancellationToken ct)
    {
        if (token.Length is 0 or > MaxToken)
        {
            return null;
        }
        await using var look = worker.CreateCommand(sql);
        look.Parameters.Add(new() { Value = Hash(token) });
        look.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await using var reader = await look.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new VisitorRef(
                reader.GetGuid(0),
                reader.GetGuid(1),
                reader.GetGuid(2),
                reader.GetFieldValue<byte[]>(3),
                reader.GetFieldValue<DateTimeOffset>(4)
            )
            : null;
    }

    private static string New(string prefix) =>
        prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
