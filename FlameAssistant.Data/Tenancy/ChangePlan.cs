using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tenancy;

/// <summary>What was paid for a change of plan, where something was.</summary>
public sealed record Payment(
    decimal Price,
    string Currency = "USD",
    string? Method = null,
    string? TransactionId = null
);

/// <summary>Puts a tenant on a plan, with its limits and features, and writes the history. The same plan is a renewal.</summary>
public sealed class ChangePlan(TenantLife life)
{
    public Task<Result<TenantRef>> RunAsync(
        string slug,
        string planName,
        Actor actor,
        CancellationToken ct,
        Payment? payment = null,
        string? notes = null
    ) =>
        life.ChangeAsync(
            slug,
            actor,
            MemberPermissions.PlanManage,
            async (db, tenant, now) =>
            {
                if (tenant.DeletedAt is not null)
                {
                    return TenantErrors.Unknown(slug);
                }
                if (Plans.Find(planName) is not { } plan)
                {
                    return TenantErrors.UnknownPlan;
                }
                var members = await db.Memberships.CountAsync(
                    m => m.TenantId == tenant.Id && m.IsActive,
                    ct
                );
                if (members > plan.MaxUsers)
                {
                    return TenantErrors.TooManyMembers(plan, members);
                }
                var usedGb =
                    await db
                        .TenantUsage.Where(u => u.TenantId == tenant.Id)
                        .Select(u => u.StorageBytes)
                        .SingleOrDefaultAsync(ct) >> 30;
                if (usedGb > plan.MaxStorageGb)
                {
                    return TenantErrors.TooMuchStorage(plan, usedGb);
                }
                var before = tenant.SubscriptionPlan;
                tenant.SubscriptionPlan = plan.Name;
                tenant.MaxUsers = plan.MaxUsers;
                tenant.MaxStorageGb = plan.MaxStorageGb;
                await PlanFeatures.ApplyAsync(db, tenant.Id, plan.Name, ct);
                await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO shared.subscription_history
                      (tenant_id, plan_from, plan_to, change_type, price_paid, currency, payment_method, transaction_id, changed_at, changed_by, notes)
                    VALUES ({tenant.Id}, {before}, {plan.Name}, {Plans.ChangeType(
                        before,
                        plan.Name
                    )}, {payment?.Price}, {payment?.Currency
                        ?? "USD"}, {payment?.Method}, {payment?.TransactionId}, {now}, {actor.UserId}, {notes})
                    """,
                    ct
                );
                return null;
            },
            ct
        );
}
