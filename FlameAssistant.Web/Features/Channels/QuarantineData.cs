using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Channels;

internal sealed class TenantQuarantine(
    TenantSession session,
    QuarantineView view,
    QuarantineReplay replay
) : ITenantQuarantine
{
    public async Task<QuarantineListing?> ListAsync(
        string state,
        string? tenant,
        QuarantineCursor? after,
        CancellationToken ct
    )
    {
        if (await session.EnterAsync(ct) is null || !session.Actor.MayReadQuarantine())
        {
            return null;
        }
        return await session.ReadAsync<QuarantineListing?>(
            async (unit, token) =>
                new QuarantineListing(
                    await unit.ListQuarantineAsync(state, after, token),
                    await unit.CountQuarantineAsync(token),
                    unit.Actor.May(MemberPermissions.ChannelsManage)
                ),
            fallback: null,
            ct
        );
    }

    public async Task<string?> ReadAsync(Guid id, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await view.ReadAsync(tenant, session.Actor, id, ct)
            : null;

    public async Task<Result<int>> ReplayAsync(IReadOnlyList<Guid>? ids, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await replay.RunAsync(tenant, session.Actor, ids, ct)
            : ErrorText.Unavailable;

    public Task<Result<int>> DismissAsync(IReadOnlyList<Guid> ids, CancellationToken ct) =>
        session.RunAsync(new DismissQuarantined(ids), ct);
}

internal sealed class SystemQuarantineBox(
    SystemSession session,
    SystemQuarantine quarantine,
    QuarantineView view,
    QuarantineReplay replay
) : ISystemQuarantine
{
    public async Task<QuarantineListing?> ListAsync(
        string state,
        string? tenant,
        QuarantineCursor? after,
        CancellationToken ct
    )
    {
        var actor = await session.EnterAsync(ct);
        return actor.May(MemberPermissions.PlatformManage)
            ? new QuarantineListing(
                await quarantine.ListAsync(state, tenant, after, actor, ct),
                await quarantine.CountAsync(actor, ct),
                MayDecide: true
            )
            : null;
    }

    public async Task<string?> ReadAsync(Guid id, CancellationToken ct) =>
        await view.ReadAsync(await session.EnterAsync(ct), id, ct);

    public async Task<Result<int>> ReplayAsync(IReadOnlyList<Guid>? ids, CancellationToken ct) =>
        await replay.RunAsync(await session.EnterAsync(ct), ids, ct);

    public async Task<Result<int>> DismissAsync(IReadOnlyList<Guid> ids, CancellationToken ct) =>
        await quarantine.DismissAsync(ids, await session.EnterAsync(ct), ct);
}
