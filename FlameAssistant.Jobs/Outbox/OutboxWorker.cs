using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Outbox;

/// <summary>
/// Works through the outbox: one loop per kind, woken by this node's commits, and by a sweep for what other nodes, retries
/// and crashes leave. Stopping waits for the requests under way, so that their answers are not lost.
/// </summary>
public sealed partial class OutboxWorker(
    IEnumerable<IOutboxHandler> handlers,
    OutboxClaims claims,
    OutboxSignal signal,
    TenantCatalog tenants,
    TimeProvider clock,
    ILogger<OutboxWorker> logger
) : BackgroundService
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SuspendedPause = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(handlers.Select(handler => WorkAsync(handler, stoppingToken)));

    private async Task WorkAsync(IOutboxHandler handler, CancellationToken ct)
    {
        var underWay = new HashSet<Task>();
        while (!ct.IsCancellationRequested)
        {
            try
            {
                underWay.RemoveWhere(task => task.IsCompleted);
                var wakeUp = signal.Next(handler.Kind);
                var free = handler.Parallelism - underWay.Count;
                var claimed = free > 0 ? await claims.ClaimAsync(handler.Kind, free, ct) : [];
                foreach (var work in claimed)
                {
                    underWay.Add(
                        Task.Run(() => HandleAsync(handler, work), CancellationToken.None)
                    );
                }
                if (free == 0)
                {
                    await Task.WhenAny(underWay).WaitAsync(ct);
                }
                else if (claimed.Count == 0)
                {
                    await OutboxSignal.WaitAsync(wakeUp, Sweep, clock, ct);
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (Exception ex)
            {
                LogTrouble(logger, ex);
                await Task.Delay(Sweep, clock, ct)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await Task.WhenAll(underWay);
    }

    private async Task HandleAsync(IOutboxHandler handler, ClaimedWork work)
    {
        try
        {
            var tenant = await tenants.FindAsync(work.TenantId, CancellationToken.None);
            if (tenant is not { MaySend: true })
            {
                await claims.PutBackAsync(work, SuspendedPause, CancellationToken.None);
                return;
            }
            await handler.HandleAsync(tenant, work, CancellationToken.None);
        }
        catch (Exception ex)
        {
            LogFailed(logger, handler.Kind, work.Id, work.Attempts, ex);
            await NoteAsync(work, ex);
        }
    }

    private async Task NoteAsync(ClaimedWork work, Exception failure)
    {
        try
        {
            await claims.FailedAsync(work, failure, CancellationToken.None);
        }
        catch (Exception ex)
        {
            // The row keeps its lease and is taken up again when that ends.
            LogTrouble(logger, ex);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Outbox work {Kind} {WorkId} failed in attempt {Attempt}"
    )]
    private static partial void LogFailed(
        ILogger logger,
        string kind,
        Guid workId,
        int attempt,
        Exception ex
    );

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The outbox worker is interrupted; what is stored waits"
    )]
    private static partial void LogTrouble(ILogger logger, Exception ex);
}
