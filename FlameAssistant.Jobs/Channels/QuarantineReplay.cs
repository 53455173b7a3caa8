using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Jobs.Channels;

/// <summary>Sends what is in quarantine through the journal again, as if the provider had sent it now.</summary>
public sealed class QuarantineReplay(
    InboundJournal journal,
    SystemQuarantine system,
    TenantUnits units
)
{
    /// <param name="ids">Null: all of the tenant's that are open, up to <see cref="AskForReplay.AtOnce"/>.</param>
    /// <returns>How many went; what another was faster with is not among them.</returns>
    public async Task<Result<int>> RunAsync(
        TenantRef tenant,
        Actor actor,
        IReadOnlyList<Guid>? ids,
        CancellationToken ct
    ) => await ReplayAsync(await units.RunAsync(tenant, actor, new AskForReplay(ids), ct), ct);

    /// <summary>Of all tenants, and of none.</summary>
    public async Task<Result<int>> RunAsync(
        Actor actor,
        IReadOnlyList<Guid>? ids,
        CancellationToken ct
    ) => await ReplayAsync(await system.AskForReplayAsync(ids, actor, ct), ct);

    private async Task<Result<int>> ReplayAsync(
        Result<IReadOnlyList<Guid>> asked,
        CancellationToken ct
    ) => asked.IsOk ? await journal.ReplayAsync(asked.Value, ct) : asked.Error;
}
