using System.Text.Json.Nodes;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tenancy;

public enum TenantSort
{
    Name,
    Members,
    Storage,
    Activity,
    Created,
}

/// <summary>What of the tenants is asked for.</summary>
/// <param name="Search">Part of the name, the slug, or the owner's e-mail address.</param>
/// <param name="Status">One of <see cref="TenantStatuses"/>, or <see cref="Deleted"/>; all that are not deleted when null.</param>
/// <param name="Page">From 1.</param>
public sealed record TenantFilter(
    string? Search = null,
    string? Status = null,
    string? Plan = null,
    TenantSort Sort = TenantSort.Name,
    bool Descending = false,
    int Page = 1
)
{
    public const string Deleted = "deleted";
}

/// <summary>A tenant in the list. Properties and no constructor, so that the database can sort by them.</summary>
public sealed record TenantRow
{
    public required Guid Id { get; init; }
    public required string Slug { get; init; }
    public required string Name { get; init; }
    public required string Status { get; init; }
    public required string Plan { get; init; }

    /// <summary>Active members and open invitations, as the plan counts them.</summary>
    public required int Members { get; init; }

    public required int MaxUsers { get; init; }

    /// <summary>As of the last measurement; null before the first.</summary>
    public required long? StorageBytes { get; init; }

    public required int MaxStorageGb { get; init; }
    public required int FailingChannels { get; init; }
    public required DateTimeOffset? LastActiveAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? DeletedAt { get; init; }
}

public sealed record TenantPage(IReadOnlyList<TenantRow> Rows, int Total, int Page, int Pages)
{
    public static TenantPage Empty { get; } = new([], 0, 1, 1);
}

public sealed record PlanChange(
    DateTimeOffset ChangedAt,
    string ChangeType,
    string? PlanFrom,
    string PlanTo,
    decimal? PricePaid,
    string Currency,
    string? ChangedBy,
    string? Notes
);

/// <param name="DropsAt">When a deleted tenant's data goes for good.</param>
public sealed record TenantDetail(
    TenantRow Row,
    string? OwnerEmail,
    bool OwnerAccepted,
    string? SuspensionReason,
    DateTimeOffset? SuspendedAt,
    DateTimeOffset? TrialEndsAt,
    DateTimeOffset? DropsAt,
    int SchemaVersion,
    string? UpgradeError,
    long MessagesIn,
    long MessagesOut,
    DateTimeOffset? MeasuredAt,
    IReadOnlyList<PlanChange> History
);

/// <summary>
/// The tenants of the installation for super-admins. Everything comes from tables of <c>shared</c>: a page costs the same
/// with three tenants and with three thousand.
/// </summary>
public sealed class SystemTenantQueries(SystemWork work)
{
    public const int PageSize = 25;

    public Task<TenantPage> PageAsync(TenantFilter filter, Actor actor, CancellationToken ct) =>
        work.ReadAsync(
            actor,
            async db =>
            {
                var found = Find(db, filter);
                var total = await found.CountAsync(ct);
                var pages = Math.Max(1, (total + PageSize - 1) / PageSize);
                var page = Math.Clamp(filter.Page, 1, pages);
                var rows = await Sorted(Rows(db, found), filter)
                    .Skip((page - 1) * PageSize)
                    .Take(PageSize)
                    .ToListAsync(ct);
                return new TenantPage(rows, total, page, pages);
            },
            TenantPage.Empty,
            ct
        );

    public Task<TenantDetail?> FindAsync(string slug, Actor actor, CancellationToken ct) =>
        work.ReadAsync<TenantDetail?>(
            actor,
            async db =>
            {
                var tenant = await db.Tenants.SingleOrDefaultAsync(
                    t => t.Slug == slug && t.Id != SystemTenant.Id,
                    ct
                );
                if (tenant is null)
                {
                    return null;
                }
                var row = await Rows(db, db.Tenants.Where(t => t.Id == tenant.Id)).SingleAsync(ct);
                var owner = await (
                    from m in db.Memberships
                    join u in db.Users on m.UserId equals u.Id
                    where m.TenantId == tenant.Id && m.IsOwner
                    orderby m.JoinedAt
                    select new { u.Email, Accepted = m.InvitationToken == null }
                ).FirstOrDefaultAsync(ct);
                var usage = await db.TenantUsage.SingleOrDefaultAsync(
                    u => u.TenantId == tenant.Id,
                    ct
                );
                var schema = await db.TenantSchemas.SingleOrDefaultAsync(
                    s => s.TenantId == tenant.Id,
                    ct
                );
                var history = await db
                    .Database.SqlQuery<PlanChange>(
                        $"""
                        SELECT h.changed_at, h.change_type, h.plan_from, h.plan_to, h.price_paid, h.currency, u.email AS changed_by, h.notes
                          FROM shared.subscription_history h LEFT JOIN shared.users u ON u.id = h.changed_by
                         WHERE h.tenant_id = {tenant.Id} ORDER BY h.changed_at DESC, h.created_at DESC LIMIT 50
                        """
                    )
                    .ToListAsync(ct);
                return new TenantDetail(
                    row,
                    owner?.Email,
                    owner?.Accepted ?? false,
                    (string?)JsonNode.Parse(tenant.Metadata)![SuspendTenant.Reason],
                    tenant.SuspendedAt,
                    tenant.TrialEndsAt,
                    tenant.DeletedAt is { } deletedAt
                        ? deletedAt + await DropTenant.GraceAsync(db, ct)
                        : null,
                    schema?.Version ?? 0,
                    schema?.State == "failed" ? schema.LastError : null,
                    usage?.MessagesIn ?? 0,
                    usage?.MessagesOut ?? 0,
                    usage?.MeasuredAt,
                    history
                );
            },
            fallback: null,
            ct
        );

    private static IQueryable<Tenant> Find(PlatformDb db, TenantFilter filter)
    {
        var found = db.Tenants.Where(t => t.Id != SystemTenant.Id);
        found = filter.Status switch
        {
            null or "" => found.Where(t => t.DeletedAt == null),
            TenantFilter.Deleted => found.Where(t => t.DeletedAt != null),
            var status => found.Where(t => t.DeletedAt == null && t.Status == status),
        };
        if (!string.IsNullOrEmpty(filter.Plan))
        {
            found = found.Where(t => t.SubscriptionPlan == filter.Plan);
        }
        if (!string.IsNullOrWhiteSpace(filter.Search))
        {
            var like = $"%{Escape(filter.Search.Trim())}%";
            found = found.Where(t =>
                EF.Functions.ILike(t.Name, like)
                || EF.Functions.ILike(t.Slug, like)
                || db.Memberships.Any(m =>
                    m.TenantId == t.Id
                    && m.IsOwner
                    && db.Users.Any(u => u.Id == m.UserId && EF.Functions.ILike(u.Email!, like))
                )
            );
        }
        return found;
    }

    private IQueryable<TenantRow> Rows(PlatformDb db, IQueryable<Tenant> tenants)
    {
        var now = work.Now;
        return from t in tenants
            join u in db.TenantUsage on t.Id equals u.TenantId into usages
            from u in usages.DefaultIfEmpty()
            select new TenantRow
            {
                Id = t.Id,
                Slug = t.Slug,
                Name = t.Name,
                Status = t.Status,
                Plan = t.SubscriptionPlan,
                Members = db.Memberships.Count(m =>
                    m.TenantId == t.Id
                    && (
                        m.InvitationToken == null
                            ? m.IsActive
                            : m.IsOwner || m.InvitationExpiresAt > now
                    )
                ),
                MaxUsers = t.MaxUsers,
                StorageBytes = (long?)u.StorageBytes,
                MaxStorageGb = t.MaxStorageGb,
                FailingChannels = u == null ? 0 : u.FailingChannels,
                LastActiveAt = db
                    .Memberships.Where(m => m.TenantId == t.Id)
                    .Max(m => m.LastActiveAt),
                CreatedAt = t.CreatedAt,
                DeletedAt = t.DeletedAt,
            };
    }

#pragma warning disable CA1304, CA1311 // It is the database that lowers, by its own collation.
    /// <summary>What nobody measured or did yet comes last, either way; the slug settles what is equal.</summary>
    private static IQueryable<TenantRow> Sorted(IQueryable<TenantRow> rows, TenantFilter filter) =>
        (filter.Sort, filter.Descending) switch
        {
            (TenantSort.Members, false) => rows.OrderBy(r => r.Members).ThenBy(r => r.Slug),
            (TenantSort.Members, true) => rows.OrderByDescending(r => r.Members)
                .ThenBy(r => r.Slug),
            (TenantSort.Storage, false) => rows.OrderBy(r => r.StorageBytes == null)
                .ThenBy(r => r.StorageBytes)
                .ThenBy(r => r.Slug),
            (TenantSort.Storage, true) => rows.OrderBy(r => r.StorageBytes == null)
                .ThenByDescending(r => r.StorageBytes)
                .ThenBy(r => r.Slug),
            (TenantSort.Activity, false) => rows.OrderBy(r => r.LastActiveAt == null)
                .ThenBy(r => r.LastActiveAt)
                .ThenBy(r => r.Slug),
            (TenantSort.Activity, true) => rows.OrderBy(r => r.LastActiveAt == null)
                .ThenByDescending(r => r.LastActiveAt)
                .ThenBy(r => r.Slug),
            (TenantSort.Created, false) => rows.OrderBy(r => r.CreatedAt).ThenBy(r => r.Slug),
            (TenantSort.Created, true) => rows.OrderByDescending(r => r.CreatedAt)
                .ThenBy(r => r.Slug),
            (_, true) => rows.OrderByDescending(r => r.Name.ToLower()).ThenBy(r => r.Slug),
            _ => rows.OrderBy(r => r.Name.ToLower()).ThenBy(r => r.Slug),
        };
#pragma warning restore CA1304, CA1311

    internal static string Escape(string text) =>
        text.Replace("\\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal);
}
