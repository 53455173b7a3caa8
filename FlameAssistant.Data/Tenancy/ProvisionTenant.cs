using System.Text.RegularExpressions;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FlameAssistant.Data.Tenancy;

/// <summary>What a new tenant is to be.</summary>
/// <param name="OwnerEmail">Becomes tenant_admin and owner; unknown people get an account without a password.</param>
public sealed record NewTenant(
    string Slug,
    string Name,
    string OwnerEmail,
    string Plan = Plans.Free,
    string Status = TenantStatuses.Trial
);

/// <summary>The tenant that was made.</summary>
/// <param name="InvitationToken">For an owner without a password: shown once, stored as its hash, valid seven days.</param>
public sealed record ProvisionedTenant(TenantRef Tenant, Guid OwnerId, string? InvitationToken);

/// <summary>
/// Makes a tenant, all or nothing in one transaction of flame_platform: its row, its schema, its owner, its features, the
/// first line of its subscription's history.
/// </summary>
public sealed partial class ProvisionTenant(
    IDbContextFactory<PlatformDb> platform,
    CatalogLint lint,
    LiveHub live,
    TimeProvider clock,
    ILogger<ProvisionTenant> logger
)
{
    private static readonly string[] reserved =
    [
        SystemTenant.Slug,
        "template",
        "api",
        "www",
        "admin",
    ];
    private static readonly TimeSpan TrialLife = TimeSpan.FromDays(14);

    public static bool IsReserved(string slug) => reserved.Contains(slug, StringComparer.Ordinal);

    /// <param name="actor">Who makes it; the system when null.</param>
    public async Task<Result<ProvisionedTenant>> RunAsync(
        NewTenant asked,
        CancellationToken ct,
        Actor? actor = null
    )
    {
        actor ??= Actor.System;
        if (!actor.May(MemberPermissions.PlatformManage))
        {
            return Error.Forbidden(MemberPermissions.PlatformManage);
        }
        if (Validate(asked) is { } invalid)
        {
            return invalid;
        }
        await using var db = await platform.CreateDbContextAsync(ct);
        await using var transaction = await TenantLife.BeginAsync(db, actor, ct);
        var now = clock.GetUtcNow();
        var plan = Plans.Find(asked.Plan)!;
        var tenant = new Tenant
        {
            Id = Guid.CreateVersion7(now),
            Slug = asked.Slug,
            Name = asked.Name.Trim(),
            SchemaName = "tenant_" + asked.Slug.Replace('-', '_'),
            Status = asked.Status,
            SubscriptionPlan = plan.Name,
            MaxUsers = plan.MaxUsers,
            MaxStorageGb = plan.MaxStorageGb,
            TrialEndsAt = asked.Status == TenantStatuses.Trial ? now + TrialLife : null,
        };
        db.Tenants.Add(tenant);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException ex)
            when (ex.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            )
        {
            return TenantErrors.SlugTaken(asked.Slug);
        }
        await db.Database.ExecuteSqlAsync(
            $"SELECT shared.create_tenant_schema({tenant.SchemaName})",
            ct
        );
        await db.Database.ExecuteSqlAsync($"SELECT shared.write_tenant_info({tenant.Id})", ct);

        var ownerId = (
            await db
                .Database.SqlQuery<Guid>(
                    $"""SELECT shared.ensure_user({asked.OwnerEmail}) AS "Value" """
                )
                .ToListAsync(ct)
        ).Single();
        var hasPassword = await db.Users.AnyAsync(
            u => u.Id == ownerId && u.PasswordHash != null,
            ct
        );
        var token = hasPassword ? null : InvitationToken.New();
        db.Memberships.Add(
            new Membership
            {
                Id = Guid.CreateVersion7(now),
                TenantId = tenant.Id,
                UserId = ownerId,
                Role = MemberRoles.Admin,
                IsOwner = true,
                InvitationToken = token is null ? null : InvitationToken.Hash(token),
                InvitationExpiresAt = token is null ? null : now + InvitationToken.Life,
            }
        );
        await db.SaveChangesAsync(ct);

        await PlanFeatures.ApplyAsync(db, tenant.Id, plan.Name, ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO shared.subscription_history (tenant_id, plan_to, change_type, changed_at, changed_by)
            VALUES ({tenant.Id}, {plan.Name}, 'creation', {now}, {actor.UserId})
            """,
            ct
        );
        await TenantLife.TellAsync(db, tenant.Id, ct);
        await transaction.CommitAsync(ct);
        live.Deliver(new LiveEvent(tenant.Id, LiveKinds.Tenant, tenant.Id, 0));
        foreach (var finding in await lint.RunAsync(tenant.SchemaName, ct))
        {
            CatalogLintLog.Found(logger, finding.Rule, finding.Subject);
        }
        return new ProvisionedTenant(
            new TenantRef(
                tenant.Id,
                tenant.Slug,
                tenant.Name,
                tenant.SchemaName,
                tenant.Cluster,
                tenant.Status
            )
            {
                Defaults = TenantDefaults.Read(tenant.Settings),
            },
            ownerId,
            token
        );
    }

    /// <summary>Whether it could be a tenant's at all.</summary>
    internal static bool IsSlug(string text) => SlugPattern().IsMatch(text);

    private static Error? Validate(NewTenant asked)
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!IsSlug(asked.Slug))
        {
            problems["slug"] =
                "The slug has 2 to 40 characters: small letters, digits and '-', beginning with a letter, as in 'acme-shop'.";
        }
        else if (IsReserved(asked.Slug))
        {
            problems["slug"] = $"The slug '{asked.Slug}' is reserved: choose another.";
        }
        if (string.IsNullOrWhiteSpace(asked.Name) || asked.Name.Length > 255)
        {
            problems["name"] = "The name has 1 to 255 characters.";
        }
        if (!MemberErrors.IsEmail(asked.OwnerEmail))
        {
            problems["owner"] = $"'{asked.OwnerEmail}' is not an e-mail address.";
        }
        if (Plans.Find(asked.Plan) is null)
        {
            problems["plan"] = TenantErrors.UnknownPlan.Message;
        }
        if (!TenantStatuses.All.Contains(asked.Status, StringComparer.Ordinal))
        {
            problems["status"] = $"The status is one of {string.Join(", ", TenantStatuses.All)}.";
        }
        return problems.Count == 0
            ? null
            : new Error(
                ErrorKind.Invalid,
                "tenant.invalid",
                string.Join(' ', problems.Values),
                problems
            );
    }

    [GeneratedRegex(
        "^[a-z][a-z0-9-]{1,39}\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex SlugPattern();
}
