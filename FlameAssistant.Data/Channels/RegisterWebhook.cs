using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>Channels whose provider is told by the product itself where the webhooks go.</summary>
internal static class WebhookRegistrations
{
    /// <summary>Asks for it whenever the channel is stored or resumed; what is true then is what the provider is told.</summary>
    public static void Ask(TenantUnit unit, Guid channelId) =>
        unit.Ask(OutboxKinds.RegisterWebhook, channelId, channelId, 0);
}

/// <summary>Says which channel's provider is to be told; null when the channel is gone, or takes nothing in.</summary>
public sealed record BeginRegistration(Guid OutboxId, Guid ChannelId) : ITenantOperation<Channel?>
{
    public async Task<Result<Channel?>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var channel = await (
            from c in unit.Db.Channels.AsNoTracking()
            join r in unit.Db.ChannelRoutes on c.Id equals r.ChannelId
            where c.Id == ChannelId && c.RemovedAt == null && r.State == ChannelRoute.Active
            select c
        ).SingleOrDefaultAsync(ct);
        if (channel is null)
        {
            await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        }
        return channel;
    }
}

/// <summary>Notes what the provider said to it.</summary>
/// <param name="Problem">Why it refused; only an admin can help then.</param>
public sealed record FinishRegistration(
    Guid OutboxId,
    Guid ChannelId,
    string Url,
    (string Code, string Reason)? Problem
) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        if (Problem is null)
        {
            await unit
                .Db.Channels.Where(c => c.Id == ChannelId)
                .ExecuteUpdateAsync(c => c.SetProperty(x => x.WebhookUrl, Url), ct);
        }
        return await new NoteChannelCheck(
            ChannelId,
            Problem,
            NeedsAuth: Problem is not null
        ).RunAsync(unit, ct);
    }
}
