using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Outbox;

/// <summary>
/// Work that is one operation in the tenant: it takes the row away in its own transaction, so running it twice does it once.
/// An expected failure leaves the row to a later attempt.
/// </summary>
public sealed class OperationHandler<T>(
    string kind,
    int parallelism,
    TenantUnits units,
    Func<ClaimedWork, ITenantOperation<T>> operation,
    ILogger logger
) : IOutboxHandler
{
    public string Kind => kind;

    public int Parallelism => parallelism;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var result = await units.RunAsync(tenant, Actor.System, operation(work), ct);
        if (!result.IsOk)
        {
            OperationHandlerLog.Refused(logger, kind, work.Id, result.Error);
        }
    }
}

internal static partial class OperationHandlerLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Outbox work {Kind} {WorkId} was refused and is tried again: {Error}"
    )]
    public static partial void Refused(ILogger logger, string kind, Guid workId, Error error);
}
