using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Members;

/// <summary>The teams of the tenant of the address.</summary>
internal sealed class TeamsData(TenantSession session, LiveHub live) : ITeamsData
{
    public Task<TeamsView?> ListAsync(CancellationToken ct) =>
        session.ReadAsync(
            async (unit, token) =>
                await unit.ListTeamLoadsAsync(token) is { } teams
                    ? new TeamsView(teams, await unit.ListColleaguesAsync(token))
                    : null,
            fallback: null,
            ct
        );

    public Task<Result<Guid>> SaveAsync(SaveTeam team, CancellationToken ct) =>
        session.RunAsync(team, ct);

    public Task<Result<bool>> DeleteAsync(Guid teamId, CancellationToken ct) =>
        session.RunAsync(new DeleteTeam(teamId), ct);

    public async Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? live.Subscribe(
                tenant.Id,
                e =>
                {
                    if (e.Kind is LiveKinds.Vocabulary or LiveKinds.Member or LiveKinds.Resync)
                    {
                        _ = onChange();
                    }
                }
            )
            : null;
}
