using System.Collections.Concurrent;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>A person's place in a tenant.</summary>
/// <param name="Permissions">As stored; see <see cref="PermissionChanges"/>.</param>
/// <param name="Language">As they chose; null follows the browser, and the tenant where there is none.</param>
/// <param name="TimeZone">Likewise.</param>
public sealed record MemberRef(
    Guid UserId,
    string DisplayName,
    string Role,
    bool IsOwner,
    string Permissions = PermissionChanges.None,
    string? Avatar = null,
    string? Language = null,
    string? TimeZone = null
);

/// <summary>A tenant that a person may enter.</summary>
public sealed record WorkspaceRef(
    string Slug,
    string Name,
    string Role,
    bool IsOwner,
    string Status
);

/// <summary>
/// Says who belongs where. Answers are kept for two seconds: with the look that circuits take, a deactivation holds within
/// five even where it was made past the product and no live event tells of it. Who asks for one person asks for all of the
/// tenant's who are about: fifty open inboxes are one question, not fifty.
/// </summary>
public sealed class MemberDirectory : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, TenantMembers> tenants = new();
    private readonly IDbContextFactory<PlatformDb> platform;
    private readonly TimeProvider clock;
    private readonly IDisposable subscription;

    public MemberDirectory(IDbContextFactory<PlatformDb> platform, LiveHub live, TimeProvider clock)
    {
        this.platform = platform;
        this.clock = clock;
        subscription = live.SubscribeAll(e =>
        {
            if (e.Kind is LiveKinds.Member && tenants.TryGetValue(e.TenantId, out var members))
            {
                members.Forget(e.SubjectId);
            }
            else if (e.Kind is LiveKinds.Resync)
            {
                foreach (var each in tenants.Values)
                {
                    each.Forget();
                }
            }
        });
    }

    public void Dispose()
    {
        subscription.Dispose();
        foreach (var members in tenants.Values)
        {
            members.Dispose();
        }
    }

    /// <returns>Null when the person is no active member.</returns>
    public Task<MemberRef?> FindAsync(Guid tenantId, Guid userId, CancellationToken ct) =>
        tenants
            .GetOrAdd(
                tenantId,
                id => new TenantMembers(
                    (users, token) => ReadAsync(id, users, token),
                    clock,
                    Freshness
                )
            )
            .FindAsync(userId, ct);

    private async Task<IReadOnlyDictionary<Guid, MemberRef>> ReadAsync(
        Guid tenantId,
        IReadOnlyCollection<Guid> users,
        CancellationToken ct
    )
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        var rows = await (
            from m in db.Memberships
            join u in db.Users on m.UserId equals u.Id
            join a in db.Set<UserAvatar>() on u.Id equals a.UserId into avatars
            from a in avatars.DefaultIfEmpty()
            where m.TenantId == tenantId && users.Contains(m.UserId) && m.IsActive && u.IsActive
            select new
            {
                m.UserId,
                u.FirstName,
                u.LastName,
                u.Email,
                m.Role,
                m.IsOwner,
                m.Permissions,
                u.Language,
                u.TimeZone,
                Avatar = (Guid?)a.Version,
            }
        ).ToListAsync(ct);
        return rows.ToDictionary(
            row => row.UserId,
            row =>
            {
                var name = $"{row.FirstName} {row.LastName}".Trim();
                return new MemberRef(
                    row.UserId,
                    // Who has not said their name yet is called by the first part of their address.
                    name.Length > 0
                        ? name
                        : row.Email!.Split('@')[0],
                    row.Role,
                    row.IsOwner,
                    row.Permissions,
                    row.Avatar is { } version ? UserAvatar.UrlOf(row.UserId, version) : null,
                    row.Language,
                    row.TimeZone
                );
            }
        );
    }

    /// <summary>The open tenants of a person, by name; <c>system</c> is none of them.</summary>
    public async Task<IReadOnlyList<WorkspaceRef>> WorkspacesAsync(
        Guid userId,
        CancellationToken ct
    )
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        return await (
            from m in db.Memberships
            join t in db.Tenants on m.TenantId equals t.Id
            where m.UserId == userId && m.IsActive && t.DeletedAt == null && t.Id != SystemTenant.Id
            orderby t.Name
            select new WorkspaceRef(t.Slug, t.Name, m.Role, m.IsOwner, t.Status)
        ).ToListAsync(ct);
    }

    public async Task<bool> IsSuperAdminAsync(Guid userId, CancellationToken ct) =>
        await FindAsync(SystemTenant.Id, userId, ct) is { Role: MemberRoles.SuperAdmin };
}
