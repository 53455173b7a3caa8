using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Outbox;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>Takes away the files of a tenant that was dropped; never of one that is there.</summary>
public sealed class RemoveTenantFilesHandler(
    TenantCatalog tenants,
    IFileStore store,
    OutboxClaims claims,
    ILogger<RemoveTenantFilesHandler> logger
) : IOutboxHandler
{
    public string Kind => OutboxKinds.RemoveTenantFiles;

    public int Parallelism => 1;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        if (await tenants.FindAsync(work.SubjectId, ct) is null)
        {
            await store.DeleteTenantAsync(work.SubjectId, ct);
            RemoveTenantFilesLog.Removed(logger, work.SubjectId);
        }
        await claims.DoneAsync(work, ct);
    }
}

internal static partial class RemoveTenantFilesLog
{
    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The files of the dropped tenant {TenantId} are gone"
    )]
    public static partial void Removed(ILogger logger, Guid tenantId);
}
