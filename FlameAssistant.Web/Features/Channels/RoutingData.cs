using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>How the channels of the tenant of the address find their agents.</summary>
internal sealed class RoutingData(TenantSession session, LiveHub live) : IRoutingData
{
    public bool MaySetCapacity => session.Actor.SeesAllChannels;

    public Task<RoutingView?> ListAsync(CancellationToken ct) =>
        session.ReadAsync(
            async (unit, token) =>
                await unit.ListChannelRoutingAsync(token) is { } channels
                    ? new RoutingView(
                        channels,
                        await unit.ListTeamsAsync(token),
                        await unit.ListColleaguesAsync(token),
                        await unit.CountOpenOfAgentsAsync(token)
                    )
                    : null,
            fallback: null,
            ct
        );

    public Task<Result<bool>> SaveAsync(SetChannelRouting routing, CancellationToken ct) =>
        session.RunAsync(routing, ct);

    public Task<Result<bool>> SetCapacityAsync(Guid userId, int capacity, CancellationToken ct) =>
        session.RunAsync(new SetAvailability(userId, Chosen: null, capacity), ct);

    public async Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? live.Subscribe(
                tenant.Id,
                e =>
                {
                    if (
                        e.Kind
                        is LiveKinds.Channel
                            or LiveKinds.Vocabulary
                            or LiveKinds.Member
                            or LiveKinds.Availability
                            or LiveKinds.Resync
                    )
                    {
                        _ = onChange();
                    }
                }
            )
            : null;
}

internal static class ChannelsRegistration
{
    public static void AddChannels(this IServiceCollection services) =>
        services
            .AddScoped<IRoutingData, RoutingData>()
            .AddScoped<IChannelsData, ChannelsData>()
            .AddScoped<ISessionData, SessionData>()
            .AddScoped<ITenantQuarantine, TenantQuarantine>()
            .AddScoped<ISystemQuarantine, SystemQuarantineBox>();
}

/// <summary>Marks the texts of channels.</summary>
public sealed class ChannelsText;
