using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FlameAssistant.Jobs.Channels;

/// <summary>
/// Asks every gateway how its sessions are: what it would have told, and could not, is found here, and a gateway that does
/// not answer tells nothing at all. One that fails does not stop the others.
/// </summary>
public sealed class CheckSessionsJob(
    IDataSourceProvider sources,
    TenantCatalog tenants,
    ChannelSessions sessions,
    ILogger<CheckSessionsJob> logger
)
{
    public const string RecurringId = "check-sessions";
    private const int AtOnce = 8;

    /// <returns>How many sessions were asked for.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var routes = new List<(Guid Tenant, Guid Channel)>();
        await using (
            var find = sources
                .For(DataSources.MainCluster)
                .Worker.CreateCommand(
                    "SELECT tenant_id, channel_id FROM shared.channel_routes WHERE provider = $1 AND state = $2"
                )
        )
        {
            find.Parameters.Add(new() { Value = ChannelTypes.WhatsAppWeb });
            find.Parameters.Add(new() { Value = ChannelRoute.Active });
            await using var reader = await find.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                routes.Add((reader.GetGuid(0), reader.GetGuid(1)));
            }
        }
        await Parallel.ForEachAsync(
            routes,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (route, token) =>
            {
                try
                {
                    if (await tenants.FindAsync(route.Tenant, token) is { MaySend: true } tenant)
                    {
                        await sessions.LookAsync(tenant, Actor.System, route.Channel, token);
                    }
                }
                catch (Exception ex) when (ex is NpgsqlException or InvalidOperationException)
                {
                    CheckSessionsLog.Failed(logger, ex, route.Channel);
                }
            }
        );
        return routes.Count;
    }
}

internal static partial class CheckSessionsLog
{
    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The session of channel {ChannelId} was not checked; the next run tries again"
    )]
    public static partial void Failed(ILogger logger, Exception exception, Guid channelId);
}
