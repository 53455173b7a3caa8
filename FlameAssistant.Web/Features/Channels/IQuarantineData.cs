using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>All that a page of the quarantine asks of the world.</summary>
public interface IQuarantineData
{
    /// <returns>Null for who may not see it.</returns>
    Task<QuarantineListing?> ListAsync(
        string state,
        string? tenant,
        QuarantineCursor? after,
        CancellationToken ct
    );

    /// <summary>What came, for people to read, without anything secret. Null when it is not there for this person.</summary>
    Task<string?> ReadAsync(Guid id, CancellationToken ct);

    /// <param name="ids">Null: all that are open.</param>
    Task<Result<int>> ReplayAsync(IReadOnlyList<Guid>? ids, CancellationToken ct);

    Task<Result<int>> DismissAsync(IReadOnlyList<Guid> ids, CancellationToken ct);
}

/// <param name="MayDecide">Whether this person may replay and put aside.</param>
public sealed record QuarantineListing(
    QuarantinePage Page,
    QuarantineCounts Counts,
    bool MayDecide
);

/// <summary>The part of the tenant of the address.</summary>
public interface ITenantQuarantine : IQuarantineData;

/// <summary>All of it, for super-admins.</summary>
public interface ISystemQuarantine : IQuarantineData;
