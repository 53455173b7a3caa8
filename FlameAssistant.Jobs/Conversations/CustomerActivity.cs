using System.Collections.Concurrent;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>
/// Shows a customer that somebody reads or types, where the channel can. Told at most every few seconds, by the way and not
/// waited for: nothing depends on it.
/// </summary>
public sealed partial class CustomerActivity(
    TenantUnits units,
    ChannelCatalog channels,
    TimeProvider clock,
    ILogger<CustomerActivity> logger
)
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromSeconds(5);
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<(Guid, ChannelActivity), long> shown = new();

    public void Show(TenantRef tenant, Guid conversationId, ChannelActivity activity)
    {
        var key = (conversationId, activity);
        var now = clock.GetTimestamp();
        if (
            !tenant.MaySend
            || (
                shown.TryGetValue(key, out var last)
                && clock.GetElapsedTime(last, now) < AtMostEvery
            )
        )
        {
            return;
        }
        if (shown.Count > MaxRemembered)
        {
            shown.Clear();
        }
        shown[key] = now;
        _ = ShowAsync(tenant, conversationId, activity);
    }

    private async Task ShowAsync(TenantRef tenant, Guid conversationId, ChannelActivity activity)
    {
        try
        {
            if (await MarkAsync(tenant, conversationId, activity))
            {
                return;
            }
            var recipient = await units.ReadAsync(
                tenant,
                Actor.System,
                (unit, token) => unit.FindRecipientAsync(conversationId, token),
                CancellationToken.None
            );
            if (recipient is not { Channel: var channel, Identity: var identity })
            {
                return;
            }
            if (channels.Find(channel.Type) is IShowsActivity provider)
            {
                await provider.ShowAsync(
                    tenant.Id,
                    channel,
                    identity,
                    activity,
                    CancellationToken.None
                );
            }
        }
        catch (Exception ex)
        {
            // A hint that did not get through is no trouble of anybody's.
            LogNotShown(logger, conversationId, ex);
        }
    }

    /// <summary>Some providers are told by the customer's message.</summary>
    /// <returns>Whether this one is.</returns>
    private async Task<bool> MarkAsync(
        TenantRef tenant,
        Guid conversationId,
        ChannelActivity activity
    )
    {
        var last = await units.ReadAsync(
            tenant,
            Actor.System,
            (unit, token) => unit.FindLastInboundAsync(conversationId, token),
            CancellationToken.None
        );
        if (
            last is null
            || channels.Find(last.Channel.Type) is not IMarksMessages provider
            || !provider.Marks(activity)
        )
        {
            return false;
        }
        await provider.MarkAsync(
            tenant.Id,
            last.Channel,
            last.ExternalId,
            activity,
            CancellationToken.None
        );
        return true;
    }

    [LoggerMessage(
        Level = LogLevel.Debug,
        Message = "The customer of conversation {ConversationId} was not shown what goes on"
    )]
    private static partial void LogNotShown(ILogger logger, Guid conversationId, Exception ex);
}
