using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tenancy;

/// <summary>What a tenant's admins choose for all of its people; in <c>shared.tenants.settings</c>.</summary>
/// <param name="Language"><c>en</c> or <c>es</c>; for what it holds, see <see cref="TenantDefaults"/>.</param>
public sealed record TenantSettings(
    string Name,
    string TimeZone,
    string Language,
    string? BrandName
);

/// <summary>Reads them, for a member who may manage the tenant.</summary>
public sealed class TenantSettingsQuery(IDbContextFactory<PlatformDb> platform)
{
    /// <returns>Null for who may not.</returns>
    public async Task<TenantSettings?> RunAsync(TenantRef tenant, Actor actor, CancellationToken ct)
    {
        if (!actor.May(ChangeTenantSettings.Permission))
        {
            return null;
        }
        await using var db = await platform.CreateDbContextAsync(ct);
        var row = await db
            .Tenants.Where(t => t.Id == tenant.Id && t.DeletedAt == null)
            .Select(t => new { t.Name, t.Settings })
            .SingleOrDefaultAsync(ct);
        if (row is null)
        {
            return null;
        }
        var chosen = TenantDefaults.Read(row.Settings);
        return new TenantSettings(row.Name, chosen.TimeZone, chosen.Language, chosen.BrandName);
    }

    public async Task<TimeSpan> GraceAsync(CancellationToken ct)
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        return await DropTenant.GraceAsync(db, ct);
    }
}

/// <summary>Changes a tenant's name and defaults. The slug, and with it every address, stays.</summary>
public sealed class ChangeTenantSettings(TenantLife life)
{
    // Section 9 names no permission for it: who manages the people of a workspace manages what it is called.
    public const string Permission = MemberPermissions.MembersManage;
    public const int MaxNameLength = 255;
    public static readonly IReadOnlyList<string> Languages = ["en", "es"];

    public Task<Result<TenantRef>> RunAsync(
        string slug,
        TenantSettings asked,
        Actor actor,
        CancellationToken ct
    ) =>
        life.ChangeAsync(
            slug,
            actor,
            Permission,
            async (db, tenant, _) =>
            {
                if (tenant.DeletedAt is not null)
                {
                    return TenantErrors.Unknown(slug);
                }
                if (Validate(asked) is { } invalid)
                {
                    return invalid;
                }
                tenant.Name = StorableText.Clean(asked.Name.Trim());
                var settings = JsonNode.Parse(tenant.Settings)!.AsObject();
                settings["time_zone"] = asked.TimeZone;
                settings["language"] = asked.Language;
                settings["brand_name"] = string.IsNullOrWhiteSpace(asked.BrandName)
                    ? null
                    : StorableText.Clean(asked.BrandName.Trim());
                tenant.Settings = JsonSerializer.Serialize(settings);
                await db.SaveChangesAsync(ct);
                await db.Database.ExecuteSqlAsync(
                    $"SELECT shared.write_tenant_info({tenant.Id})",
                    ct
                );
                return null;
            },
            ct
        );

    private static Error? Validate(TenantSettings asked)
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        if (asked.Name.Trim().Length is 0 or > MaxNameLength)
        {
            problems["name"] = $"The name has 1 to {MaxNameLength} characters.";
        }
        if (
            asked.TimeZone.Length > 50
            || !TimeZoneInfo.TryFindSystemTimeZoneById(asked.TimeZone, out var zone)
            || !zone.HasIanaId
        )
        {
            problems["timeZone"] = $"'{asked.TimeZone}' is no time zone, as in 'America/Bogota'.";
        }
        if (!Languages.Contains(asked.Language, StringComparer.Ordinal))
        {
            problems["language"] = $"The language is one of {string.Join(", ", Languages)}.";
        }
        if (asked.BrandName?.Trim().Length > MaxNameLength)
        {
            problems["brandName"] = $"The name has at most {MaxNameLength} characters.";
        }
        return problems.Count == 0
            ? null
            : new Error(
                ErrorKind.Invalid,
                "tenant.settings_invalid",
                string.Join(' ', problems.Values),
                problems
            );
    }
}
