using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Features.Members;

/// <summary>All that the page of teams asks of the world: one tenant, one admin, a unit of work per call.</summary>
public interface ITeamsData
{
    /// <returns>Null for who may not manage members.</returns>
    Task<TeamsView?> ListAsync(CancellationToken ct);

    Task<Result<Guid>> SaveAsync(SaveTeam team, CancellationToken ct);

    Task<Result<bool>> DeleteAsync(Guid teamId, CancellationToken ct);

    /// <summary>Calls back when somebody changed teams or members, until disposed.</summary>
    Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct);
}

/// <param name="People">Everybody who can be in a team.</param>
public sealed record TeamsView(IReadOnlyList<TeamLoad> Rows, IReadOnlyList<Colleague> People);
