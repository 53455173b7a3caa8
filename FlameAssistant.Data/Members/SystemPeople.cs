using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

public enum PersonState
{
    Active,

    /// <summary>No password yet: the invitation waits.</summary>
    Invited,
    Locked,
    Disabled,
}

/// <param name="Search">Part of the name or of the e-mail address.</param>
/// <param name="Page">From 1.</param>
public sealed record PersonFilter(
    string? Search = null,
    PersonState? State = null,
    bool SuperAdminsOnly = false,
    int Page = 1
);

public sealed record PersonRow(
    Guid Id,
    string Name,
    string Email,
    PersonState State,
    bool IsSuperAdmin,
    bool HasTwoFactor,
    int Workspaces,
    DateTimeOffset? LastLoginAt,
    DateTimeOffset? LockedUntil
);

public sealed record PersonPage(IReadOnlyList<PersonRow> Rows, int Total, int Page, int Pages)
{
    public static PersonPage Empty { get; } = new([], 0, 1, 1);
}

public sealed record PersonMembership(
    string Slug,
    string Workspace,
    string Role,
    bool IsOwner,
    bool IsActive,
    bool IsInvited,
    DateTimeOffset? LastActiveAt
);

public sealed record PersonDetail(
    PersonRow Row,
    bool IsVerified,
    int FailedAttempts,
    DateTimeOffset CreatedAt,
    string? Language,
    IReadOnlyList<PersonMembership> Memberships
);

/// <summary>Everybody with an account, for super-admins.</summary>
public sealed class SystemPeopleQueries(SystemWork work)
{
    public const int PageSize = 25;

    public Task<PersonPage> PageAsync(PersonFilter filter, Actor actor, CancellationToken ct) =>
        work.ReadAsync(
            actor,
            async db =>
            {
                var found = Find(db, filter, work.Now);
                var total = await found.CountAsync(ct);
                var pages = Math.Max(1, (total + PageSize - 1) / PageSize);
                var page = Math.Clamp(filter.Page, 1, pages);
                var rows = await Rows(
                        db,
                        found
                            .OrderBy(u => u.NormalizedEmail)
                            .Skip((page - 1) * PageSize)
                            .Take(PageSize)
                    )
                    .ToListAsync(ct);
                return new PersonPage(
                    [
                        .. rows.Select(r => r.ToRow(work.Now))
                            .OrderBy(r => r.Email, StringComparer.OrdinalIgnoreCase),
                    ],
                    total,
                    page,
                    pages
                );
            },
            PersonPage.Empty,
            ct
        );

    public Task<PersonDetail?> FindAsync(Guid id, Actor actor, CancellationToken ct) =>
        work.ReadAsync<PersonDetail?>(
            actor,
            async db =>
            {
                var raw = await Rows(db, db.Users.Where(u => u.Id == id)).SingleOrDefaultAsync(ct);
                if (raw is null)
                {
                    return null;
                }
                var memberships = await (
                    from m in db.Memberships
                    join t in db.Tenants on m.TenantId equals t.Id
                    where m.UserId == id && t.Id != SystemTenant.Id && t.DeletedAt == null
                    orderby t.Name
                    select new PersonMembership(
                        t.Slug,
                        t.Name,
                        m.Role,
                        m.IsOwner,
                        m.IsActive,
                        m.InvitationToken != null,
                        m.LastActiveAt
                    )
                ).ToListAsync(ct);
                return new PersonDetail(
                    raw.ToRow(work.Now),
                    raw.IsVerified,
                    raw.FailedAttempts,
                    raw.CreatedAt,
                    raw.Language,
                    memberships
                );
            },
            fallback: null,
            ct
        );

    private static IQueryable<User> Find(PlatformDb db, PersonFilter filter, DateTimeOffset now)
    {
        var found = db.Users.AsQueryable();
        if (!string.IsNullOrWhiteSpace(filter.Search))
        {
            var like = $"%{SystemTenantQueries.Escape(filter.Search.Trim())}%";
            found = found.Where(u =>
                EF.Functions.ILike(u.Email!, like)
                || EF.Functions.ILike((u.FirstName ?? "") + " " + (u.LastName ?? ""), like)
            );
        }
        found = filter.State switch
        {
            PersonState.Disabled => found.Where(u => !u.IsActive),
            PersonState.Locked => found.Where(u => u.IsActive && u.LockoutEnd > now),
            PersonState.Invited => found.Where(u => u.IsActive && u.PasswordHash == null),
            PersonState.Active => found.Where(u =>
                u.IsActive
                && u.PasswordHash != null
                && (u.LockoutEnd == null || u.LockoutEnd <= now)
            ),
            _ => found,
        };
        return filter.SuperAdminsOnly
            ? found.Where(u =>
                db.Memberships.Any(m => m.TenantId == SystemTenant.Id && m.UserId == u.Id)
            )
            : found;
    }

    private static IQueryable<RawPerson> Rows(PlatformDb db, IQueryable<User> users) =>
        users.Select(u => new RawPerson(
            u.Id,
            u.FirstName,
            u.LastName,
            u.Email!,
            u.IsActive,
            u.PasswordHash != null,
            u.LockoutEnd,
            u.TwoFactorEnabled,
            u.EmailConfirmed,
            u.AccessFailedCount,
            u.LastLoginAt,
            u.CreatedAt,
            u.Language,
            db.Memberships.Any(m =>
                m.TenantId == SystemTenant.Id && m.UserId == u.Id && m.IsActive
            ),
            db.Memberships.Count(m =>
                m.UserId == u.Id
                && m.TenantId != SystemTenant.Id
                && db.Tenants.Any(t => t.Id == m.TenantId && t.DeletedAt == null)
            )
        ));

    private sealed record RawPerson(
        Guid Id,
        string? FirstName,
        string? LastName,
        string Email,
        bool IsActive,
        bool HasPassword,
        DateTimeOffset? LockedUntil,
        bool HasTwoFactor,
        bool IsVerified,
        int FailedAttempts,
        DateTimeOffset? LastLoginAt,
        DateTimeOffset CreatedAt,
        string? Language,
        bool IsSuperAdmin,
        int Workspaces
    )
    {
        public PersonRow ToRow(DateTimeOffset now)
        {
            var name = $"{FirstName} {LastName}".Trim();
            return new PersonRow(
                Id,
                name.Length > 0 ? name : Email,
                Email,
                !IsActive ? PersonState.Disabled
                    : LockedUntil > now ? PersonState.Locked
                    : !HasPassword ? PersonState.Invited
                    : PersonState.Active,
                IsSuperAdmin,
                HasTwoFactor,
                Workspaces,
                LastLoginAt,
                LockedUntil > now ? LockedUntil : null
            );
        }
    }
}
