using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels.WebChat;

/// <summary>Takes away visitors who opened a widget and never wrote, a month after they were last there.</summary>
public sealed record ForgetVisitors : ITenantOperation<int>
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private const int AtOnce = 5000;

    public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (unit.Tenant.SchemaVersion < OpenVisitor.SchemaVersion)
        {
            return 0;
        }
        var before = unit.Now - Kept;
        return await unit.Db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM visitors WHERE id IN (
              SELECT v.id FROM visitors v WHERE v.last_seen_at < {before}
                 AND NOT EXISTS (SELECT FROM contact_identities i
                                  WHERE i.channel_id = v.channel_id AND i.kind = 'visitor' AND i.value = v.id::text)
               ORDER BY v.last_seen_at LIMIT {AtOnce})
            """,
            ct
        );
    }
}
