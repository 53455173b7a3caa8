using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Outbox;

namespace FlameAssistant.Jobs.Channels;

/// <summary>
/// Sends through the journal what came while a channel was paused. Each row goes once, since its state and its event change together:
/// a second run finds what a crash left.
/// </summary>
public sealed class TakeInPausedHandler(
    TenantUnits units,
    InboundJournal journal,
    TimeProvider clock
) : IOutboxHandler
{
    public string Kind => OutboxKinds.TakeInPaused;

    public int Parallelism => 1;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var before = Guid.CreateVersion7(clock.GetUtcNow().AddMilliseconds(1));
        while (true)
        {
            var waiting = await units.RunAsync(
                tenant,
                Actor.System,
                new AskForPaused(work.SubjectId, before),
                ct
            );
            if (waiting is not { IsOk: true, Value: { Count: > 0 } ids })
            {
                break;
            }
            await journal.ReplayAsync(ids, ct);
        }
        await units.RunAsync(tenant, Actor.System, new FinishTakeIn(work.Id), ct);
    }
}
