using FlameAssistant.Data.Live;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tenancy;

/// <summary>One feature flag as the platform sees it.</summary>
/// <param name="Overrides">How many tenants have a word of the platform's own.</param>
public sealed record FlagRow(
    Guid Id,
    string Name,
    string? Description,
    bool IsEnabled,
    int RolloutPercentage,
    string[] Plans,
    int Overrides
);

public sealed record FlagOverride(string Slug, string Name, bool IsOn);

/// <summary>A flag as one tenant has it, with the platform's word for it.</summary>
public sealed record TenantFlag(string Name, string? Description, bool? Override, bool IsOn);

public sealed class SystemFlagQueries(SystemWork work)
{
    public Task<IReadOnlyList<FlagRow>> ListAsync(Actor actor, CancellationToken ct) =>
        work.ReadAsync<IReadOnlyList<FlagRow>>(
            actor,
            async db =>
                await db
                    .Database.SqlQuery<FlagRow>(
                        $"""
                        SELECT id, name, description, is_enabled, rollout_percentage, plans,
                               (SELECT count(*)::integer FROM jsonb_object_keys(tenant_overrides)) AS overrides
                          FROM shared.feature_flags ORDER BY name
                        """
                    )
                    .ToListAsync(ct),
            [],
            ct
        );

    /// <summary>By slug; deleted tenants are left out.</summary>
    public Task<IReadOnlyList<FlagOverride>> OverridesAsync(
        string flag,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ReadAsync<IReadOnlyList<FlagOverride>>(
            actor,
            async db =>
                await db
                    .Database.SqlQuery<FlagOverride>(
                        $"""
                        SELECT t.slug, t.name, o.value = 'true' AS is_on
                          FROM shared.feature_flags f, jsonb_each(f.tenant_overrides) o
                          JOIN shared.tenants t ON t.id::text = o.key AND t.deleted_at IS NULL
                         WHERE f.name = {flag} ORDER BY t.slug LIMIT 500
                        """
                    )
                    .ToListAsync(ct),
            [],
            ct
        );

    public Task<IReadOnlyList<TenantFlag>> OfTenantAsync(
        string slug,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ReadAsync<IReadOnlyList<TenantFlag>>(
            actor,
            async db =>
            {
                var tenantId = await db
                    .Tenants.Where(t => t.Slug == slug)
                    .Select(t => t.Id)
                    .SingleOrDefaultAsync(ct);
                var rows = await db
                    .Database.SqlQuery<FlagOfTenant>(
                        $"""
                        SELECT f.name, f.description, f.is_enabled, f.rollout_percentage,
                               (f.tenant_overrides -> {tenantId.ToString()}) = 'true' AS override_value, tf.is_enabled AS tenant_value
                          FROM shared.feature_flags f
                          LEFT JOIN shared.tenant_features tf ON tf.tenant_id = {tenantId} AND tf.feature_id = f.id
                         ORDER BY f.name
                        """
                    )
                    .ToListAsync(ct);
                return
                [
                    .. rows.Select(r => new TenantFlag(
                        r.Name,
                        r.Description,
                        r.OverrideValue,
                        new FeatureState(
                            r.Name,
                            r.IsEnabled,
                            r.RolloutPercentage,
                            r.OverrideValue,
                            r.TenantValue
                        ).IsOnFor(tenantId)
                    )),
                ];
            },
            [],
            ct
        );

    private sealed record FlagOfTenant(
        string Name,
        string? Description,
        bool IsEnabled,
        int RolloutPercentage,
        bool? OverrideValue,
        bool? TenantValue
    );
}

/// <summary>Switches a flag, and says how far it is rolled out. Holds within five seconds on every node.</summary>
public sealed class SaveFlag(SystemWork work)
{
    public Task<Result<bool>> RunAsync(
        string name,
        bool isEnabled,
        int rolloutPercentage,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ChangeAsync<bool>(
            actor,
            async (db, raised) =>
            {
                if (rolloutPercentage is < 0 or > 100)
                {
                    return FlagErrors.Rollout;
                }
                var changed = await db.Database.ExecuteSqlAsync(
                    $"UPDATE shared.feature_flags SET is_enabled = {isEnabled}, rollout_percentage = {rolloutPercentage} WHERE name = {name}",
                    ct
                );
                if (changed == 0)
                {
                    return FlagErrors.Unknown(name);
                }
                raised.Add(new LiveEvent(SystemTenant.Id, LiveKinds.Tenant, SystemTenant.Id, 0));
                return true;
            },
            ct
        );
}

/// <summary>The platform's last word on a flag for one tenant; null takes it back.</summary>
public sealed class OverrideFlag(SystemWork work)
{
    public Task<Result<bool>> RunAsync(
        string name,
        string slug,
        bool? isOn,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ChangeAsync<bool>(
            actor,
            async (db, raised) =>
            {
                var tenant = await db.Tenants.SingleOrDefaultAsync(
                    t => t.Slug == slug && t.DeletedAt == null && t.Id != SystemTenant.Id,
                    ct
                );
                if (tenant is null)
                {
                    return FlagErrors.UnknownTenant(slug);
                }
                var key = tenant.Id.ToString();
                var changed = isOn is { } value
                    ? await db.Database.ExecuteSqlAsync(
                        $"UPDATE shared.feature_flags SET tenant_overrides = tenant_overrides || jsonb_build_object({key}, {value}) WHERE name = {name}",
                        ct
                    )
                    : await db.Database.ExecuteSqlAsync(
                        $"UPDATE shared.feature_flags SET tenant_overrides = tenant_overrides - {key} WHERE name = {name}",
                        ct
                    );
                if (changed == 0)
                {
                    return FlagErrors.Unknown(name);
                }
                raised.Add(new LiveEvent(tenant.Id, LiveKinds.Tenant, tenant.Id, 0));
                return true;
            },
            ct
        );
}

public static class FlagErrors
{
    public static Error Rollout { get; } =
        Error.Invalid("flag.rollout", "The rollout is a whole number from 0 to 100.", "rollout");

    public static Error Unknown(string name) =>
        Error.NotFound("flag.unknown", $"There is no flag '{name}' any more.");

    public static Error UnknownTenant(string slug) =>
        Error.Invalid(
            "flag.tenant",
            $"There is no tenant '{slug}': the list of tenants shows the slugs.",
            "slug"
        ) with
        {
            Args = [slug],
        };
}
