using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Platform;

/// <summary>Sign-in, the choice of a tenant, provisioning and <c>/system</c>: <c>shared</c> by the login flame_platform.</summary>
public sealed class PlatformDb(DbContextOptions<PlatformDb> options)
    : IdentityUserContext<User, Guid>(options)
{
    public DbSet<Tenant> Tenants => Set<Tenant>();

    public DbSet<Membership> Memberships => Set<Membership>();

    public DbSet<TenantSchema> TenantSchemas => Set<TenantSchema>();

    public DbSet<TenantUsage> TenantUsage => Set<TenantUsage>();

    public DbSet<SupportAccess> SupportAccess => Set<SupportAccess>();

    public DbSet<KeyRingElement> KeyRing => Set<KeyRingElement>();

    // Passkeys are in the third version of Identity's schema; a context made outside the web host must have them too.
    protected override Version SchemaVersion => IdentitySchemaVersions.Version3;

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(
            typeof(PlatformDb).Assembly,
            type => type.GetInterfaces().Contains(typeof(IPlatformMapping))
        );
    }
}

/// <summary>Marks a mapping that belongs to the platform's context.</summary>
internal interface IPlatformMapping;
