using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Outbox;

public static class OutboxWriter
{
    /// <summary>Asks for work in the same transaction as the change; the worker is woken after the commit.</summary>
    /// <param name="orderKey">Work of one key is done one after the other, by <paramref name="orderSeq"/>.</param>
    /// <param name="notBefore">When it is due; now when null.</param>
    public static void Ask(
        this TenantUnit unit,
        string kind,
        Guid subjectId,
        Guid orderKey,
        long orderSeq,
        DateTimeOffset? notBefore = null
    )
    {
        unit.Db.Outbox.Add(
            new OutboxItem
            {
                Id = Guid.CreateVersion7(unit.Now),
                TenantId = unit.Tenant.Id,
                Kind = kind,
                SubjectId = subjectId,
                OrderKey = orderKey,
                OrderSeq = orderSeq,
                AvailableAt = notBefore ?? unit.Now,
            }
        );
        unit.HasOutboxWork = true;
    }
}
