using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <param name="Metadata">What the provider told of it.</param>
public sealed record MessageToAcknowledge(Channel Channel, string Metadata);

/// <summary>Takes the request up, once: the customer's spinner is worth one try, and nothing depends on it.</summary>
public sealed record BeginAcknowledge(Guid OutboxId, Guid MessageId)
    : ITenantOperation<MessageToAcknowledge?>
{
    public async Task<Result<MessageToAcknowledge?>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        return await (
            from m in unit.Db.Messages.AsNoTracking()
            join c in unit.Db.Channels.AsNoTracking() on m.ChannelId equals c.Id
            where m.Id == MessageId
            select new MessageToAcknowledge(c, m.Metadata)
        ).SingleOrDefaultAsync(ct);
    }
}
