using FlameAssistant.Data.Audit;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Data;

/// <summary>The floor's one door of registration.</summary>
public static class FlameData
{
    /// <param name="masterKey">Wraps the key ring; see <see cref="MasterKey"/>.</param>
    public static IServiceCollection AddFlameData(
        this IServiceCollection services,
        DatabaseLogins logins,
        MasterKey masterKey
    )
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(logins);
        services.AddSingleton(masterKey);
        services.AddSingleton<Migrator>();
        services.AddSingleton<IDataSourceProvider, DataSources>();
        services.AddDbContextFactory<PlatformDb>(
            (provider, options) =>
                options
                    .UseNpgsql(
                        provider
                            .GetRequiredService<IDataSourceProvider>()
                            .For(DataSources.MainCluster)
                            .Platform
                    )
                    .UseSnakeCaseNamingConvention()
        );

        services.AddDataProtection().SetApplicationName("FlameAssistant");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(
            provider => new ConfigureOptions<KeyManagementOptions>(options =>
            {
                options.XmlRepository = new KeyRingRepository(
                    provider.GetRequiredService<IDbContextFactory<PlatformDb>>()
                );
                options.XmlEncryptor = provider.GetRequiredService<MasterKey>();
            })
        );

        services.AddSingleton<LiveHub>();
        services.AddHostedService<LiveRelay>();
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<TenantUnits>();
        services.AddSingleton<TenantCatalog>();
        services.AddSingleton<ProvisionTenant>();
        services.AddSingleton<TenantLife>();
        services.AddSingleton<SuspendTenant>();
        services.AddSingleton<ResumeTenant>();
        services.AddSingleton<DeleteTenant>();
        services.AddSingleton<DropTenant>();
        services.AddSingleton<ChangePlan>();
        services.AddSingleton<FeatureFlags>();
        services.AddSingleton<CatalogLint>();
        services.AddSingleton<SystemQueries>();
        services.AddSystemRoom();
        services.AddHostedService<CatalogLintAtStart>();
        services.AddSingleton<MemberDirectory>();
        services.AddSingleton<MemberActivity>();
        services.AddSingleton<UserSessions>();
        services.AddSingleton<UserAvatars>();
        services.AddScoped<AcceptInvitation>();
        services.AddScoped<CreateUser>();
        services.AddSingleton<ChannelSecrets>();
        services.AddSingleton<RouteDirectory>();
        services.AddSingleton<Conversations.RatingLinks>();
        services.AddSingleton<Conversations.InboxFeed>();
        services.AddSingleton<Channels.WebChat.VisitorTokens>();
        return services;
    }

    /// <summary>What super-admins ask and do about all tenants.</summary>
    private static void AddSystemRoom(this IServiceCollection services)
    {
        services.AddSingleton<SystemWork>();
        services.AddSingleton<SystemOverviewQuery>();
        services.AddSingleton<SystemTenantQueries>();
        services.AddSingleton<SystemFlagQueries>();
        services.AddSingleton<SaveFlag>();
        services.AddSingleton<OverrideFlag>();
        services.AddSingleton<SystemSettingQueries>();
        services.AddSingleton<SaveSetting>();
        services.AddSingleton<SystemPeopleQueries>();
        services.AddSingleton<UnlockPerson>();
        services.AddSingleton<NotePasswordReset>();
        services.AddSingleton<SetPersonActive>();
        services.AddSingleton<SetSuperAdmin>();
        services.AddSingleton<SystemAuditQueries>();
        services.AddSingleton<SystemQuarantine>();
        services.AddSingleton<SupportDirectory>();
        services.AddSingleton<BeginSupportAccess>();
        services.AddSingleton<EndSupportAccess>();
        services.AddSingleton<TenantSettingsQuery>();
        services.AddSingleton<ChangeTenantSettings>();
    }
}
