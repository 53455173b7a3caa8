using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>Places of a tenant's plan: its active members, and invitations that may still be accepted.</summary>
public sealed record Seats(int Used, int Allowed)
{
    public bool AreTaken => Used >= Allowed;
}

internal static class MemberSeats
{
    /// <summary>Members are changed one after the other in a tenant: seats and owners are counted before they change.</summary>
    public static Task LockAsync(TenantUnit unit, CancellationToken ct) =>
        unit.Db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended({"flame:members:" + unit.Tenant.Id}, 0))",
            ct
        );

    public static async Task<Seats> CountAsync(TenantUnit unit, CancellationToken ct)
    {
        var used = await unit.Db.Memberships.CountAsync(
            m =>
                m.InvitationToken == null
                    ? m.IsActive
                    : m.IsOwner || m.InvitationExpiresAt > unit.Now,
            ct
        );
        var allowed = await unit
            .Db.Database.SqlQuery<int>(
                $"""SELECT max_users AS "Value" FROM shared.tenants WHERE id = {unit.Tenant.Id}"""
            )
            .SingleAsync(ct);
        return new Seats(used, allowed);
    }
}
