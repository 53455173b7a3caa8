using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// The only door to a tenant's data. Opens the unit of work, commits it when the operation succeeded, repeats it whole on
/// 40001 and 40P01, and tells the live hub and the outbox worker after the commit.
/// </summary>
public sealed class TenantUnits(
    IDataSourceProvider sources,
    LiveHub live,
    OutboxSignal outbox,
    TimeProvider clock
)
{
    private const int MaxAttempts = 5;

    private readonly DbContextOptions<TenantDb> main = Options(
        sources.For(DataSources.MainCluster).App
    );

    /// <summary>Runs one operation in its own transaction; an error rolls everything back.</summary>
    public Task<Result<T>> RunAsync<T>(
        TenantRef tenant,
        Actor actor,
        ITenantOperation<T> operation,
        CancellationToken ct
    ) =>
        RepeatAsync(async () =>
        {
            await using var unit = await TenantUnit.OpenAsync(
                new TenantDb(main),
                tenant,
                actor,
                clock.GetUtcNow(),
                ct
            );
            var result = await operation.RunAsync(unit, ct);
            if (result.IsOk)
            {
                await unit.CommitAsync(ct);
                live.Publish(unit.Raised);
                if (unit.HasOutboxWork)
                {
                    outbox.Set();
                }
                foreach (var (kind, at) in unit.DueSoon)
                {
                    outbox.SetAt(kind, at, clock);
                }
            }
            return result;
        });

    /// <summary>Reads in one transaction, so that a page is consistent; what it changes is not kept.</summary>
    public Task<T> ReadAsync<T>(
        TenantRef tenant,
        Actor actor,
        Func<TenantUnit, CancellationToken, Task<T>> read,
        CancellationToken ct
    ) =>
        RepeatAsync(async () =>
        {
            var unit = await TenantUnit.OpenReadingAsync(
                new TenantDb(main),
                tenant,
                actor,
                clock.GetUtcNow(),
                ct
            );
            try
            {
                return await read(unit, ct);
            }
            finally
            {
                // Nobody waits for the end of what only read.
                _ = EndAsync(unit);
            }
        });

    private static async Task EndAsync(TenantUnit unit)
    {
        try
        {
            await unit.DisposeAsync();
        }
        catch (Exception ex) when (ex is NpgsqlException or ObjectDisposedException)
        {
            // The connection broke, which ends a transaction too.
        }
    }

    private static async Task<T> RepeatAsync<T>(Func<Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (Exception ex) when (attempt < MaxAttempts && IsTransient(ex))
            {
                // The transaction is gone as a whole; nothing of it happened.
            }
        }
    }

    // EF wraps it once or twice, by how the command was run.
    private static bool IsTransient(Exception? ex) =>
        ex is not null
        && (
            ex
                is PostgresException
                    {
                        SqlState: PostgresErrorCodes.SerializationFailure
                            or PostgresErrorCodes.DeadlockDetected
                    }
                    // Another unit opened the contact's conversation at the same moment: the repetition sees it.
                    or PostgresException
                    {
                        ConstraintName: "conversations_channel_id_contact_id_key"
                            // Two devices said at the same moment who they are.
                            or "visitors_channel_id_user_id_key"
                    }
            || IsTransient(ex.InnerException)
        );

    private static DbContextOptions<TenantDb> Options(NpgsqlDataSource source) =>
        new DbContextOptionsBuilder<TenantDb>()
            .UseNpgsql(source)
            .UseSnakeCaseNamingConvention()
            .AddInterceptors(new TenantCommandGuard())
            .Options;
}
