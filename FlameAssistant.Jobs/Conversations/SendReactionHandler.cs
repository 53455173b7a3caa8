using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Outbox;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>Sends an agent's reaction as it is now; a repetition sends the same again, which is one.</summary>
public sealed class SendReactionHandler(TenantUnits units, ChannelCatalog channels) : IOutboxHandler
{
    public string Kind => OutboxKinds.SendReaction;

    public int Parallelism => 4;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var begun = await units.RunAsync(
            tenant,
            Actor.System,
            new BeginReaction(work.Id, work.SubjectId),
            ct
        );
        if (begun is not { IsOk: true, Value: { } reaction })
        {
            return;
        }
        var outcome = channels.Find(reaction.Channel.Type) is IReacts provider
            ? await provider.ReactAsync(tenant.Id, reaction, ct)
            : new DeliveryOutcome.Rejected(
                "channel_type",
                "This version cannot react on the channel's type."
            );
        await units.RunAsync(
            tenant,
            Actor.System,
            new FinishReaction(work.Id, work.SubjectId, reaction.Emoji, outcome),
            ct
        );
    }
}
