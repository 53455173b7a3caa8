using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>All that the page of routing asks of the world: one tenant, one admin, a unit of work per call.</summary>
public interface IRoutingData
{
    /// <summary>Whether this person may say how many conversations others get.</summary>
    bool MaySetCapacity { get; }

    /// <returns>Null for who may not manage channels.</returns>
    Task<RoutingView?> ListAsync(CancellationToken ct);

    Task<Result<bool>> SaveAsync(SetChannelRouting routing, CancellationToken ct);

    Task<Result<bool>> SetCapacityAsync(Guid userId, int capacity, CancellationToken ct);

    /// <summary>Calls back when channels, teams, people or their presence changed, until disposed.</summary>
    Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct);
}

/// <param name="Open">How many open conversations each person has; who has none is not named.</param>
public sealed record RoutingView(
    IReadOnlyList<ChannelRouting> Channels,
    IReadOnlyList<TeamRow> Teams,
    IReadOnlyList<Colleague> People,
    IReadOnlyDictionary<Guid, int> Open
)
{
    /// <summary>Who can be given conversations.</summary>
    public IEnumerable<Colleague> Agents => People.Where(person => person.CanAnswer);

    /// <summary>Among whom conversations are shared out: the team, else whose channel it is, else everybody.</summary>
    public IReadOnlyList<Colleague> Pool(Guid? teamId, IEnumerable<Guid> members)
    {
        HashSet<Guid> named = teamId is null
            ? [.. members]
            : [.. Teams.FirstOrDefault(team => team.Id == teamId)?.Members ?? []];
        return
        [
            .. teamId is null && named.Count == 0
                ? Agents
                : Agents.Where(person => named.Contains(person.UserId)),
        ];
    }
}
