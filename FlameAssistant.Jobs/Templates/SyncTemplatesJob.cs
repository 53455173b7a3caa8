using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Platform;
using Npgsql;

namespace FlameAssistant.Jobs.Templates;

/// <summary>
/// Asks for every channel's templates by the clock, since a webhook may have been missed. Spread over a while, so that a
/// thousand workspaces do not ask Meta at one moment.
/// </summary>
public sealed class SyncTemplatesJob(IDataSourceProvider sources, TimeProvider clock)
{
    public const string RecurringId = "sync-templates";

    private static readonly TimeSpan Spread = TimeSpan.FromMinutes(30);

    /// <returns>How many channels are asked.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var command = sources
            .For(DataSources.MainCluster)
            .Worker.CreateCommand(
                """
                INSERT INTO shared.outbox (id, tenant_id, kind, subject_id, order_key, available_at)
                SELECT gen_random_uuid(), r.tenant_id, $1, r.channel_id, r.channel_id, $2 + random() * $3
                  FROM shared.channel_routes r
                 WHERE r.provider = $4 AND r.state = 'active' AND r.group_id IS NOT NULL
                   AND NOT EXISTS (SELECT FROM shared.outbox o
                                    WHERE o.tenant_id = r.tenant_id AND o.subject_id = r.channel_id AND o.kind = $1)
                """
            );
        command.Parameters.Add(new NpgsqlParameter { Value = OutboxKinds.SyncTemplates });
        command.Parameters.Add(new NpgsqlParameter { Value = clock.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter { Value = Spread });
        command.Parameters.Add(new NpgsqlParameter { Value = ChannelTypes.WhatsApp });
        return await command.ExecuteNonQueryAsync(ct);
    }
}
