using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// Marks a tenant as deleted: it is gone for its people at once, and for good when <see cref="DropTenant"/> takes it after
/// the grace period.
/// </summary>
public sealed class DeleteTenant(TenantLife life)
{
    /// <param name="typedSlug">What the person typed to confirm; must be the slug.</param>
    public Task<Result<TenantRef>> RunAsync(
        string slug,
        string typedSlug,
        Actor actor,
        CancellationToken ct
    ) =>
        life.ChangeAsync(
            slug,
            actor,
            MemberPermissions.TenantDelete,
            async (db, tenant, now) =>
            {
                if (tenant.DeletedAt is not null)
                {
                    return TenantErrors.Unknown(slug);
                }
                if (!string.Equals(typedSlug, slug, StringComparison.Ordinal))
                {
                    return TenantErrors.NotConfirmed(slug);
                }
                tenant.DeletedAt = now;
                tenant.Status = TenantStatuses.Cancelled;
                await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO shared.subscription_history (tenant_id, plan_from, plan_to, change_type, changed_at, changed_by)
                    VALUES ({tenant.Id}, {tenant.SubscriptionPlan}, {tenant.SubscriptionPlan}, 'cancellation', {now}, {actor.UserId})
                    """,
                    ct
                );
                return null;
            },
            ct
        );
}
