using FlameAssistant.Jobs.Channels;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>All that the part about a number's session asks of the world. Each asks the gateway, and takes as long as that.</summary>
public interface ISessionData
{
    /// <returns>Null for who may not manage channels, and where no gateway holds a session.</returns>
    Task<SessionView?> LookAsync(Guid channelId, CancellationToken ct);

    Task<SessionView?> RestartAsync(Guid channelId, CancellationToken ct);

    Task<SessionView?> LogOutAsync(Guid channelId, CancellationToken ct);

    /// <param name="phone">As it was typed.</param>
    Task<SessionView?> PairAsync(Guid channelId, string phone, CancellationToken ct);

    /// <summary>Calls back when the gateway told something, until disposed.</summary>
    Task<IDisposable?> SubscribeAsync(Guid channelId, Func<Task> onChange, CancellationToken ct);
}
