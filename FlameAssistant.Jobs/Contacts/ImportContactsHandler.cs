using System.Data.Common;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Contacts;

/// <summary>
/// Works through the rows of an import, some at a time, and gives the work back after a few seconds: whoever takes it up next,
/// this node or another after a crash, goes on where the last committed rows ended.
/// </summary>
public sealed class ImportContactsHandler(
    TenantUnits units,
    OutboxClaims claims,
    OutboxSignal signal,
    MemberDirectory members,
    TimeProvider clock,
    ILogger<ImportContactsHandler> logger
) : IOutboxHandler
{
    /// <summary>Rows in one transaction.</summary>
    public const int AtOnce = 1000;

    private static readonly TimeSpan slice = TimeSpan.FromSeconds(5);

    public string Kind => OutboxKinds.ImportContacts;

    public int Parallelism => 2;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        var actor = await WhoAsync(tenant, work, ct);
        var size = AtOnce;
        while (true)
        {
            try
            {
                var batch = await units.RunAsync(
                    tenant,
                    actor,
                    new RunImportBatch(work.Id, work.SubjectId, size),
                    ct
                );
                if (batch.Value.IsOver)
                {
                    return;
                }
                size = Math.Min(size * 2, AtOnce);
            }
            catch (Exception ex) when (ex is DbException or DbUpdateException)
            {
                ImportContactsLog.Failed(logger, work.SubjectId, size, ex);
                if (size == 1)
                {
                    await units.RunAsync(
                        tenant,
                        actor,
                        new RunImportBatch(work.Id, work.SubjectId, Size: 1, Refuse: true),
                        ct
                    );
                }
                size = 1;
            }
            if (clock.GetElapsedTime(started) > slice)
            {
                await claims.PutBackAsync(work, TimeSpan.Zero, ct);
                signal.Set();
                return;
            }
        }
    }

    /// <summary>The trail names who brought the file, as long as they are a member.</summary>
    private async Task<Actor> WhoAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var user = await units.ReadAsync(
            tenant,
            Actor.System,
            (unit, token) => unit.FindImporterAsync(work.SubjectId, token),
            ct
        );
        return user is { } id && await members.FindAsync(tenant.Id, id, ct) is { } member
            ? Actor.Member(member)
            : Actor.System;
    }
}

internal static partial class ImportContactsLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Size} rows of the import {ImportId} could not be written together; they are tried one by one"
    )]
    public static partial void Failed(ILogger logger, Guid importId, int size, Exception exception);
}
