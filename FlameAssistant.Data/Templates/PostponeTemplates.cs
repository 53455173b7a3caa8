using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Templates;

/// <summary>Puts off reading a channel's templates, or ends it and writes down at the channel why.</summary>
/// <param name="After">Null: it is not tried again.</param>
public sealed record PostponeTemplates(
    Guid OutboxId,
    Guid ChannelId,
    TimeSpan? After,
    string Code,
    string Reason
) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var work = unit.Db.Outbox.Where(o => o.Id == OutboxId);
        if (After is { } pause)
        {
            var at = unit.Now + pause;
            await work.ExecuteUpdateAsync(
                o =>
                    o.SetProperty(x => x.AvailableAt, at)
                        .SetProperty(x => x.LeasedBy, (string?)null)
                        .SetProperty(x => x.LastError, $"{Code}: {Reason}"),
                ct
            );
            unit.DueSoon.Add((OutboxKinds.SyncTemplates, at));
            return true;
        }
        await work.ExecuteDeleteAsync(ct);
        await ChannelTrouble.NoteAsync(unit, ChannelId, Code, Reason, ct);
        unit.Raise(LiveKinds.Channel, ChannelId);
        return true;
    }
}
