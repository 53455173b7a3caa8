using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Notifications;
using FlameAssistant.Jobs.Templates;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>The channels of the tenant of the address.</summary>
internal sealed class ChannelsData(
    TenantSession session,
    ChannelCatalog catalog,
    ChannelConnections connections,
    TemplateReader templates,
    IOptions<PublicAddressOptions> address,
    IHostEnvironment environment,
    LiveHub live
) : IChannelsData
{
    private static readonly ConnectionAnswer closed = new(null, ErrorText.Unavailable, null);

    public IReadOnlyList<ChannelDefinition> Catalog => [.. catalog.Definitions];

    public bool IsDevelopment => environment.IsDevelopment();

    public bool IsCheckable(string type) => catalog.Find(type) is IChannelCheck;

    public string PublicUrl => address.Value.PublicUrl.TrimEnd('/');

    public string WebhookUrl(string type, Guid channelId) =>
        connections.WebhookUrl(type, channelId);

    public async Task<bool> MayManageAsync(CancellationToken ct) =>
        await session.EnterAsync(ct) is not null
        && session.Actor.May(MemberPermissions.ChannelsManage);

    public Task<IReadOnlyList<ChannelRow>?> ListAsync(CancellationToken ct) =>
        session.ReadAsync((unit, token) => unit.ListChannelsAsync(token), fallback: null, ct);

    public Task<ChannelRow?> FindAsync(Guid id, CancellationToken ct) =>
        session.ReadAsync((unit, token) => unit.FindChannelAsync(id, token), fallback: null, ct);

    public Task<int> CountQuarantineAsync(CancellationToken ct) =>
        session.ReadAsync(
            async (unit, token) => (await unit.CountQuarantineAsync(token)).Open,
            fallback: 0,
            ct
        );

    public async Task<ConnectionAnswer> CheckAsync(
        ChannelForm form,
        bool isNew,
        CancellationToken ct
    ) =>
        await session.EnterAsync(ct) is { } tenant
            ? await connections.CheckAsync(tenant, session.Actor, form, isNew, ct)
            : closed;

    public async Task<ConnectionAnswer> ConnectAsync(ChannelForm form, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await connections.ConnectAsync(tenant, session.Actor, form, ct)
            : closed;

    public async Task<ConnectionAnswer> UpdateAsync(ChannelForm form, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await connections.UpdateAsync(tenant, session.Actor, form, ct)
            : closed;

    public async Task<ConnectionAnswer> CheckStoredAsync(Guid id, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await connections.CheckStoredAsync(tenant, session.Actor, id, ct)
            : closed;

    public Task<Result<bool>> RenameAsync(Guid id, string name, CancellationToken ct) =>
        session.RunAsync(new RenameChannel(id, name), ct);

    public Task<Result<bool>> SetPausedAsync(Guid id, bool isPaused, CancellationToken ct) =>
        isPaused
            ? session.RunAsync(new PauseChannel(id), ct)
            : session.RunAsync(new ResumeChannel(id), ct);

    public async Task<Result<bool>> RemoveAsync(Guid id, string name, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await connections.RemoveAsync(tenant, session.Actor, id, name, ct)
            : ErrorText.Unavailable;

    public bool HasTemplates(string type) => templates.HasTemplates(type);

    public Task<IReadOnlyList<ChannelTemplate>> TemplatesAsync(Guid id, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.ListChannelTemplatesAsync(id, token),
            fallback: [],
            ct
        );

    public async Task<Result<int?>> ReadTemplatesAsync(Guid id, CancellationToken ct) =>
        await session.EnterAsync(ct) is not { } tenant ? ErrorText.Unavailable
        : !session.Actor.May(MemberPermissions.ChannelsManage)
            ? Error.Forbidden(MemberPermissions.ChannelsManage)
        : await FindAsync(id, ct) is null ? ChannelErrors.NotFound
        : await templates.ReadAsync(tenant, id, outboxId: null, ct);

    public async Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? live.Subscribe(
                tenant.Id,
                e =>
                {
                    if (e.Kind is LiveKinds.Channel or LiveKinds.Resync)
                    {
                        _ = onChange();
                    }
                }
            )
            : null;
}
