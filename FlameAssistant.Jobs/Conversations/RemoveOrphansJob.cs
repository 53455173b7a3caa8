using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>
/// Takes away, once a day, files of drafts that were never sent, contents that nothing refers to, and visitors who opened a
/// widget and never wrote.
/// </summary>
public sealed class RemoveOrphansJob(
    IDbContextFactory<PlatformDb> platform,
    TenantCatalog tenants,
    TenantUnits units,
    IFileStore store,
    ILogger<RemoveOrphansJob> logger
)
{
    public const string RecurringId = "remove-orphans";

    /// <returns>How many contents went.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        List<Guid> ids;
        await using (var db = await platform.CreateDbContextAsync(ct))
        {
            ids = await db
                .Tenants.Where(t => t.DeletedAt == null)
                .Select(t => t.Id)
                .ToListAsync(ct);
        }
        var gone = 0;
        foreach (var id in ids)
        {
            try
            {
                if (await tenants.FindAsync(id, ct) is { IsUpgraded: true } tenant)
                {
                    gone += await CleanAsync(tenant, ct);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                RemoveOrphansLog.Failed(logger, id, ex);
            }
        }
        return gone;
    }

    private async Task<int> CleanAsync(TenantRef tenant, CancellationToken ct)
    {
        await units.RunAsync(tenant, Actor.System, new ForgetVisitors(), ct);
        var forgotten = await units.RunAsync(tenant, Actor.System, new ForgetOrphans(), ct);
        if (!forgotten.IsOk)
        {
            return 0;
        }
        foreach (var hash in forgotten.Value)
        {
            await store.DeleteAsync(tenant.Id, hash, ct);
        }
        return forgotten.Value.Count;
    }
}

internal static partial class RemoveOrphansLog
{
    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Files of the tenant {TenantId} that nobody needs are not removed; the next run tries again"
    )]
    public static partial void Failed(ILogger logger, Guid tenantId, Exception exception);
}
