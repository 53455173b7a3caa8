using System.Buffers.Text;
using System.Security.Cryptography;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>Channels whose provider is told by the product itself where the webhooks go.</summary>
public static class WebhookRegistrations
{
    /// <summary>Asks for it after every change of the channel or its route; what is true then is what the provider is told.</summary>
    public static void Ask(TenantUnit unit, Guid channelId) =>
        unit.Ask(OutboxKinds.RegisterWebhook, channelId, channelId, 0);

    internal static string NewSecret() =>
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

/// <param name="Secret">What the provider sends along, so that we know it is the provider.</param>
/// <param name="IsWanted">False: the webhooks are to go nowhere.</param>
public sealed record WebhookToRegister(Channel Channel, string Secret, bool IsWanted);

/// <summary>Says what a channel's provider is to be told; null when the channel is gone or cannot be read.</summary>
public sealed record BeginRegistration(Guid OutboxId, Guid ChannelId, ChannelSecrets Secrets)
    : ITenantOperation<WebhookToRegister?>
{
    public async Task<Result<WebhookToRegister?>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var channel = await unit
            .Db.Channels.AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == ChannelId, ct);
        var route = await unit
            .Db.ChannelRoutes.AsNoTracking()
            .SingleOrDefaultAsync(r => r.ChannelId == ChannelId, ct);
        if (channel is null)
        {
            await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
            return (WebhookToRegister?)null;
        }
        var secret = route?.AppSecretEncrypted is { } cipher
            ? Secrets.Unprotect(unit.Tenant.Id, ChannelId, "app_secret", cipher)
            : "";
        return secret.IsOk
            ? new WebhookToRegister(
                channel,
                secret.Value,
                route is { State: ChannelRoute.Active } && secret.Value.Length > 0
            )
            : secret.Error;
    }
}

/// <summary>Notes what the provider said to it.</summary>
/// <param name="Url">Where the webhooks go now; null when nowhere.</param>
/// <param name="Problem">Why the provider refused, in its own words.</param>
public sealed record FinishRegistration(
    Guid OutboxId,
    Guid ChannelId,
    string? Url,
    string? Problem
) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        var channel = await unit.Db.Channels.SingleOrDefaultAsync(c => c.Id == ChannelId, ct);
        if (channel is null)
        {
            return false;
        }
        channel.WebhookUrl = Problem is null ? Url : channel.WebhookUrl;
        if (Problem is not null)
        {
            channel.Status = ChannelStatuses.Error;
            channel.StatusDetail = "disconnected";
            channel.ErrorMessage = Problem;
        }
        else if (Url is not null && channel.Status == ChannelStatuses.Error)
        {
            channel.Status = ChannelStatuses.Active;
            channel.StatusDetail = "connected";
            channel.ErrorMessage = null;
        }
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Channel, ChannelId);
        return true;
    }
}
