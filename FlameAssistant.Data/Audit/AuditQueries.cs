using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Audit;

/// <summary>Where the next page of an audit begins: after this line, towards the past.</summary>
public sealed record AuditPosition(DateTimeOffset At, Guid Id);

/// <summary>What of an audit is asked for; null asks for all of it.</summary>
/// <param name="TenantId">On the installation's audit only.</param>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
public sealed record AuditFilter(
    Guid? TenantId = null,
    Guid? UserId = null,
    string? Action = null,
    string? ResourceType = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null
);

/// <summary>Who did what, when; values as JSON objects of the columns that changed.</summary>
/// <param name="Who">Name or e-mail address of the person, where there is one that the reader may know.</param>
public sealed record AuditLine(
    Guid Id,
    DateTimeOffset CreatedAt,
    string? Tenant,
    string ActorKind,
    string? ActorId,
    Guid? UserId,
    string? Who,
    string Action,
    string? ResourceType,
    string? ResourceId,
    string? OldValues,
    string? NewValues,
    string? Ip
);

/// <param name="Next">Null at the end.</param>
public sealed record AuditPage(IReadOnlyList<AuditLine> Lines, AuditPosition? Next)
{
    public static AuditPage Empty { get; } = new([], null);

    internal static AuditPage Of(List<AuditLine> lines, int size) =>
        new(
            lines.Count > size ? lines[..size] : lines,
            lines.Count > size
                ? new AuditPosition(lines[size - 1].CreatedAt, lines[size - 1].Id)
                : null
        );
}

/// <summary>A tenant and a person by what a super-admin types.</summary>
public sealed record AuditNames(Guid? TenantId, Guid? UserId);

/// <summary><c>shared.audit_logs</c> of all tenants, for super-admins; newest first.</summary>
public sealed class SystemAuditQueries(SystemWork work)
{
    public Task<AuditPage> PageAsync(
        AuditFilter filter,
        AuditPosition? after,
        int size,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ReadAsync(
            actor,
            async db =>
            {
                var (at, id) = (after?.At ?? DateTimeOffset.MaxValue, after?.Id ?? Guid.Empty);
                var lines = await db
                    .Database.SqlQuery<AuditLine>(
                        $"""
                        SELECT a.id, a.created_at, t.slug AS tenant, a.actor_kind, a.actor_id, a.user_id, u.email AS who, a.action, a.resource_type,
                               a.resource_id, a.old_values::text AS old_values, a.new_values::text AS new_values, host(a.ip_address) AS ip
                          FROM (SELECT * FROM shared.audit_logs l
                                 WHERE ({filter.TenantId}::uuid IS NULL OR l.tenant_id = {filter.TenantId})
                                   AND ({filter.UserId}::uuid IS NULL OR l.user_id = {filter.UserId})
                                   AND ({filter.Action}::text IS NULL OR l.action = {filter.Action})
                                   AND ({filter.ResourceType}::text IS NULL OR l.resource_type = {filter.ResourceType})
                                   AND ({filter.From}::timestamptz IS NULL OR l.created_at >= {filter.From})
                                   AND ({filter.To}::timestamptz IS NULL OR l.created_at < {filter.To})
                                   AND ({after is null} OR (l.created_at, l.id) < ({at}, {id}))
                                 ORDER BY l.created_at DESC, l.id DESC LIMIT {size + 1}) a
                          LEFT JOIN shared.tenants t ON t.id = a.tenant_id
                          LEFT JOIN shared.users u ON u.id = a.user_id
                         ORDER BY a.created_at DESC, a.id DESC
                        """
                    )
                    .ToListAsync(ct);
                return AuditPage.Of(lines, size);
            },
            AuditPage.Empty,
            ct
        );

    /// <summary>Null where a text names none.</summary>
    public Task<AuditNames> NamesAsync(
        string? slug,
        string? email,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ReadAsync(
            actor,
            async db =>
            {
                var address = email?.ToUpperInvariant();
                return new AuditNames(
                    string.IsNullOrEmpty(slug)
                        ? null
                        : await db
                            .Tenants.Where(t => t.Slug == slug)
                            .Select(t => (Guid?)t.Id)
                            .SingleOrDefaultAsync(ct),
                    string.IsNullOrEmpty(address)
                        ? null
                        : await db
                            .Users.Where(u => u.NormalizedEmail == address)
                            .Select(u => (Guid?)u.Id)
                            .SingleOrDefaultAsync(ct)
                );
            },
            new AuditNames(null, null),
            ct
        );
}

public static class TenantAuditQueries
{
    /// <summary>
    /// The tenant's lines of <c>shared.audit_logs</c> and its own <c>activity_log</c> as one list, newest first; empty
    /// without <c>audit:read</c>.
    /// </summary>
    public static async Task<AuditPage> ListAuditAsync(
        this TenantUnit unit,
        AuditFilter filter,
        AuditPosition? after,
        int size,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.AuditRead))
        {
            return AuditPage.Empty;
        }
        var (at, id) = (after?.At ?? DateTimeOffset.MaxValue, after?.Id ?? Guid.Empty);
        var lines = await unit
            .Db.Database.SqlQuery<AuditLine>(
                $"""
                SELECT a.id, a.created_at, NULL::text AS tenant, a.actor_kind, a.actor_id, a.user_id, coalesce(p.display_name, m.email) AS who, a.action,
                       a.resource_type, a.resource_id, a.old_values::text AS old_values, a.new_values::text AS new_values, host(a.ip_address) AS ip
                  FROM (
                    (SELECT l.id, l.created_at, l.actor_kind, l.actor_id, l.user_id, l.action, l.resource_type, l.resource_id::text AS resource_id,
                            l.changes -> 'old' AS old_values, l.changes -> 'new' AS new_values, l.ip_address
                       FROM activity_log l
                      WHERE ({filter.UserId}::uuid IS NULL OR l.user_id = {filter.UserId})
                        AND ({filter.Action}::text IS NULL OR l.action = {filter.Action})
                        AND ({filter.ResourceType}::text IS NULL OR l.resource_type = {filter.ResourceType})
                        AND ({filter.From}::timestamptz IS NULL OR l.created_at >= {filter.From})
                        AND ({filter.To}::timestamptz IS NULL OR l.created_at < {filter.To})
                        AND ({after is null} OR (l.created_at, l.id) < ({at}, {id}))
                      ORDER BY l.created_at DESC, l.id DESC LIMIT {size + 1})
                    UNION ALL
                    (SELECT l.id, l.created_at, l.actor_kind, l.actor_id, l.user_id, l.action, l.resource_type, l.resource_id,
                            l.old_values, l.new_values, l.ip_address
                       FROM shared.audit_logs l
                      WHERE l.tenant_id = {unit.Tenant.Id}
                        AND ({filter.UserId}::uuid IS NULL OR l.user_id = {filter.UserId})
                        AND ({filter.Action}::text IS NULL OR l.action = {filter.Action})
                        AND ({filter.ResourceType}::text IS NULL OR l.resource_type = {filter.ResourceType})
                        AND ({filter.From}::timestamptz IS NULL OR l.created_at >= {filter.From})
                        AND ({filter.To}::timestamptz IS NULL OR l.created_at < {filter.To})
                        AND ({after is null} OR (l.created_at, l.id) < ({at}, {id}))
                      ORDER BY l.created_at DESC, l.id DESC LIMIT {size + 1})) a
                  LEFT JOIN profiles p ON p.user_id = a.user_id
                  LEFT JOIN shared.members m ON m.user_id = a.user_id
                 ORDER BY a.created_at DESC, a.id DESC LIMIT {size + 1}
                """
            )
            .ToListAsync(ct);
        return AuditPage.Of(lines, size);
    }

    /// <summary>People whose deeds can be asked for, by name.</summary>
    public static async Task<IReadOnlyList<(Guid Id, string Name)>> AuditPeopleAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.AuditRead))
        {
            return [];
        }
        var people = await unit
            .Db.Profiles.OrderBy(p => p.DisplayName)
            .Select(p => new { p.UserId, p.DisplayName })
            .Take(1000)
            .ToListAsync(ct);
        return [.. people.Select(p => (p.UserId, p.DisplayName))];
    }
}
