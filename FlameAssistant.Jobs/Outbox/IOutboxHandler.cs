using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Jobs.Outbox;

/// <summary>Does the work of one kind of outbox row. It may be called twice for one row.</summary>
public interface IOutboxHandler
{
    string Kind { get; }

    /// <summary>How many rows of this kind one node works on at a time: kinds do not delay each other.</summary>
    int Parallelism { get; }

    /// <summary>Removes the row in the transaction of its result, or leaves it for a later attempt.</summary>
    Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct);
}

/// <summary>A row that this node holds until its lease ends.</summary>
public sealed record ClaimedWork(Guid Id, Guid TenantId, Guid SubjectId, int Attempts);
