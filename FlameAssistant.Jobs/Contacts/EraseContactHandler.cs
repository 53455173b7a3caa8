using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Jobs.Outbox;
using Npgsql;

namespace FlameAssistant.Jobs.Contacts;

/// <summary>
/// The end of an erasure: files that nothing else refers to, and what providers' raw bodies say of the person. May run twice:
/// what is gone already is gone.
/// </summary>
public sealed class EraseContactHandler(
    TenantUnits units,
    OutboxClaims claims,
    IFileStore store,
    IDataSourceProvider sources,
    TimeProvider clock
) : IOutboxHandler
{
    // Raw bodies are dropped after 14 days; by the week, so that some are a few days older.
    private const int Days = 22;

    private readonly NpgsqlDataSource worker = sources.For(DataSources.MainCluster).Worker;

    public string Kind => OutboxKinds.EraseContact;

    public int Parallelism => 1;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var left = await units.ReadAsync(
            tenant,
            Actor.System,
            (unit, token) => unit.FindErasureAsync(work.SubjectId, token),
            ct
        );
        if (left is null)
        {
            await claims.DoneAsync(work, ct);
            return;
        }
        foreach (var hash in left.Files)
        {
            await store.DeleteAsync(tenant.Id, hash, ct);
        }
        string[] words = [.. left.Words];
        if (words.Length > 0)
        {
            // A day at a time: a body can only be looked through.
            for (var day = 0; day < Days; day++)
            {
                await ForgetBodiesAsync(tenant, words, clock.GetUtcNow().AddDays(1 - day), ct);
            }
            await ForgetQuarantineAsync(tenant, words, ct);
        }
        await units.RunAsync(
            tenant,
            Actor.System,
            new FinishErasure(work.Id, work.SubjectId, left.Files),
            ct
        );
    }

    /// <summary>What came by an address of the tenant's own, or by a shared one and names an account of theirs.</summary>
    private async Task ForgetBodiesAsync(
        TenantRef tenant,
        string[] words,
        DateTimeOffset until,
        CancellationToken ct
    )
    {
        await using var command = worker.CreateCommand(
            """
            UPDATE shared.inbound_events e SET body = ''
             WHERE e.state = 'done' AND e.created_at >= $3 AND e.created_at < $4 AND e.body <> ''
               AND EXISTS (SELECT FROM shared.channel_routes r WHERE r.tenant_id = $1
                              AND (r.channel_id = e.channel_id OR e.channel_id IS NULL AND position(convert_to(r.account_id, 'UTF8') IN e.body) > 0))
               AND EXISTS (SELECT FROM unnest($2) w WHERE position(convert_to(w, 'UTF8') IN e.body) > 0)
            """
        );
        command.Parameters.Add(new() { Value = tenant.Id });
        command.Parameters.Add(new() { Value = words });
        command.Parameters.Add(new() { Value = until.AddDays(-1) });
        command.Parameters.Add(new() { Value = until });
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task ForgetQuarantineAsync(TenantRef tenant, string[] words, CancellationToken ct)
    {
        await using var command = worker.CreateCommand(
            """
            DELETE FROM shared.inbound_quarantine q
             WHERE (q.tenant_id = $1 OR q.channel_id IN (SELECT channel_id FROM shared.channel_routes WHERE tenant_id = $1))
               AND EXISTS (SELECT FROM unnest($2) w WHERE position(convert_to(w, 'UTF8') IN q.body) > 0)
            """
        );
        command.Parameters.Add(new() { Value = tenant.Id });
        command.Parameters.Add(new() { Value = words });
        await command.ExecuteNonQueryAsync(ct);
    }
}
