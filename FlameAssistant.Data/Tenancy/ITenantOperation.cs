using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// One thing that somebody does in a tenant: its properties are what is asked, its run checks the actor's permission,
/// validates everything at once and changes rows and outbox together. Run by <see cref="TenantUnits"/>, perhaps more than
/// once on a serialization failure, so it keeps no state of its own.
/// </summary>
public interface ITenantOperation<T>
{
    Task<Result<T>> RunAsync(TenantUnit unit, CancellationToken ct);
}
