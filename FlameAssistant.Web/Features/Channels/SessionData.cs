using FlameAssistant.Data.Live;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>The sessions of the tenant of the address.</summary>
internal sealed class SessionData(TenantSession session, ChannelSessions sessions, LiveHub live)
    : ISessionData
{
    public async Task<SessionView?> LookAsync(Guid channelId, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await sessions.LookAsync(tenant, session.Actor, channelId, ct)
            : null;

    public async Task<SessionView?> RestartAsync(Guid channelId, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await sessions.RestartAsync(tenant, session.Actor, channelId, ct)
            : null;

    public async Task<SessionView?> LogOutAsync(Guid channelId, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await sessions.LogOutAsync(tenant, session.Actor, channelId, ct)
            : null;

    public async Task<SessionView?> PairAsync(Guid channelId, string phone, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await sessions.PairAsync(tenant, session.Actor, channelId, phone, ct)
            : null;

    public async Task<IDisposable?> SubscribeAsync(
        Guid channelId,
        Func<Task> onChange,
        CancellationToken ct
    ) =>
        await session.EnterAsync(ct) is { } tenant
            ? live.Subscribe(
                tenant.Id,
                e =>
                {
                    if (
                        e.Kind == LiveKinds.Resync
                        || (e.Kind == LiveKinds.Channel && e.SubjectId == channelId)
                    )
                    {
                        _ = onChange();
                    }
                }
            )
            : null;
}
