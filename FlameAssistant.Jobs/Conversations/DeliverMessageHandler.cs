using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Outbox;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>
/// Delivers one message: commits <c>sending</c>, speaks to the provider outside any transaction, commits the answer. A crash
/// in between leaves <c>sending</c>, which the next attempt turns into unknown instead of sending it again.
/// </summary>
public sealed class DeliverMessageHandler(TenantUnits units, ChannelCatalog channels)
    : IOutboxHandler
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    public string Kind => OutboxKinds.DeliverMessage;

    public int Parallelism => 24;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var begun = await units.RunAsync(
            tenant,
            Actor.System,
            new BeginDelivery(work.Id, work.SubjectId),
            ct
        );
        if (begun is not { IsOk: true, Value: { } delivery })
        {
            return;
        }
        var outcome = await SendAsync(tenant, delivery, ct);
        if (outcome is DeliveryOutcome.Postponed postponed)
        {
            outcome = postponed with { After = Pause(postponed.After, work.Attempts) };
        }
        await units.RunAsync(
            tenant,
            Actor.System,
            new FinishDelivery(work.Id, work.SubjectId, outcome),
            ct
        );
    }

    private async Task<DeliveryOutcome> SendAsync(
        TenantRef tenant,
        Delivery delivery,
        CancellationToken ct
    )
    {
        if (channels.Find(delivery.Channel.Type) is not { } connector)
        {
            return new DeliveryOutcome.Rejected(
                "channel_type",
                "This version has no connector for the channel's type."
            );
        }
        return await connector.SendAsync(tenant.Id, delivery, ct);
    }

    /// <summary>Doubles with every attempt, with jitter, so that many messages do not come back at one moment.</summary>
    private static TimeSpan Pause(TimeSpan first, int attempt)
    {
        var pause =
            first
            * Math.Pow(2, Math.Clamp(attempt - 1, 0, 16))
            * (1 + Random.Shared.NextDouble() / 4);
        return pause < LongestPause ? pause : LongestPause;
    }
}
