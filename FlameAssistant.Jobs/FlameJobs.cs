using FlameAssistant.Data.Platform;
using FlameAssistant.Jobs.Analytics;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Channels.Instagram;
using FlameAssistant.Jobs.Channels.Messenger;
using FlameAssistant.Jobs.Channels.Meta;
using FlameAssistant.Jobs.Channels.Telegram;
using FlameAssistant.Jobs.Channels.WebChat;
using FlameAssistant.Jobs.Channels.WhatsApp;
using FlameAssistant.Jobs.Channels.WhatsAppWeb;
using FlameAssistant.Jobs.Contacts;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Jobs.Conversations.S3;
using FlameAssistant.Jobs.Notifications;
using FlameAssistant.Jobs.Outbox;
using FlameAssistant.Jobs.Platform;
using FlameAssistant.Jobs.Templates;
using FlameAssistant.Jobs.Tenancy;
using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using FileOptions = FlameAssistant.Jobs.Conversations.FileOptions;

namespace FlameAssistant.Jobs;

/// <summary>The floor's one door of registration.</summary>
public static class FlameJobs
{
    private static readonly TimeSpan ProviderTimeout = TimeSpan.FromSeconds(20);

    // A hundred megabytes over a slow line.
    private static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(5);

    public static IServiceCollection AddFlameJobs(
        this IServiceCollection services,
        IConfiguration configuration
    )
    {
        AddChannels(services, configuration);
        services.AddSingleton<OutboxClaims>();
        services.AddSingleton<IOutboxHandler, DeliverMessageHandler>();
        services.AddSingleton<IOutboxHandler, AcknowledgeMessageHandler>();
        services.AddSingleton<IOutboxHandler, RegisterWebhookHandler>();
        services.AddSingleton<IOutboxHandler, TakeInPausedHandler>();
        services.AddSingleton<IOutboxHandler, NameContactHandler>();
        services.AddSingleton<IOutboxHandler, SendReactionHandler>();
        services.AddSingleton<TemplateReader>();
        services.AddSingleton<IOutboxHandler, SyncTemplatesHandler>();
        services.AddOperationHandlers();
        AddFiles(services, configuration);
        AddContacts(services);
        services.Configure<PublicAddressOptions>(address =>
            address.PublicUrl =
                configuration["Flame:PublicUrl"]
                ?? configuration["Flame:Urls"]?.Split(';')[0]
                ?? address.PublicUrl
        );
        return services;
    }

    /// <summary>The parts that run by themselves; a command that only changes something leaves them out.</summary>
    public static IServiceCollection AddFlameWorkers(this IServiceCollection services)
    {
        services.AddHostedService<InboundWorker>();
        services.AddHostedService<OutboxWorker>();
        services.AddSingleton<IOutboxHandler, MailNotificationsHandler>();

        services.AddSingleton<HangfireConnections>();
        services.AddTransient<PartitionsJob>();
        services.AddTransient<RetentionJob>();
        services.AddTransient<RemoveOrphansJob>();
        services.AddTransient<RefreshViewsJob>();
        services.AddTransient<MeasureTenantsJob>();
        services.AddTransient<SyncTemplatesJob>();
        services.AddTransient<CheckSessionsJob>();
        services.AddHangfire(
            (provider, hangfire) =>
                hangfire
                    .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
                    .UseSimpleAssemblyNameTypeSerializer()
                    .UseRecommendedSerializerSettings()
                    .UsePostgreSqlStorage(
                        storage =>
                            storage.UseConnectionFactory(
                                provider.GetRequiredService<HangfireConnections>()
                            ),
                        new PostgreSqlStorageOptions
                        {
                            SchemaName = "hangfire",
                            UseSlidingInvisibilityTimeout = true,
                            QueuePollInterval = TimeSpan.FromSeconds(2),
                        }
                    )
        );
        services.AddHangfireServer(server => server.WorkerCount = 5);
        services.AddHostedService<RecurringJobs>();
        return services;
    }

    private static void AddContacts(IServiceCollection services)
    {
        services.AddSingleton<ContactFiles>();
        services.AddSingleton<IOutboxHandler, ImportContactsHandler>();
        services.AddSingleton<IOutboxHandler, EraseContactHandler>();
    }

    private static void AddFiles(IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddOptions<FileOptions>()
            .Bind(configuration.GetSection("Flame:Files"))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<FileOptions>, FileOptionsCheck>();
        services
            .AddHttpClient("files", http => http.Timeout = UploadTimeout)
            // Named by the installation and not by a tenant: it may be a private address.
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    ConnectTimeout = TimeSpan.FromSeconds(10),
                    PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                }
            )
            .RemoveAllLoggers();
        services.AddSingleton(provider => new S3Client(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient("files"),
            provider.GetRequiredService<IOptions<FileOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<S3Client>>()
        ));
        services.AddSingleton<DiskFileStore>();
        services.AddSingleton<S3FileStore>();
        services.AddSingleton<IFileStore>(provider =>
            provider.GetRequiredService<IOptions<FileOptions>>().Value.Store == FileOptions.S3Store
                ? provider.GetRequiredService<S3FileStore>()
                : provider.GetRequiredService<DiskFileStore>()
        );
        services.AddSingleton<FileUploads>();
        services.AddSingleton<InlineMedia>();
        services.AddSingleton<IOutboxHandler, FetchMediaHandler>();
        services.AddSingleton<IOutboxHandler, RemoveTenantFilesHandler>();
    }

    private static void AddChannels(IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<OutboundOptions>(outbound =>
        {
            var setting = configuration.GetSection("Flame:Outbound:AllowedPrivateHosts");
            string?[] values =
            [
                setting.Value,
                .. setting.GetChildren().Select(child => child.Value),
            ];
            foreach (var host in values.SelectMany(value => (value ?? "").Split(',')))
            {
                outbound.AllowedPrivateHosts.Add(host.Trim());
            }
        });
        services.Configure<GraphOptions>(configuration.GetSection("Flame:Channels:Graph"));
        services.AddSingleton<OutboundAddresses>();
        services
            .AddHttpClient("providers", http => http.Timeout = ProviderTimeout)
            .ConfigurePrimaryHttpMessageHandler(provider =>
                provider.GetRequiredService<OutboundAddresses>().NewHandler()
            )
            .RemoveAllLoggers();
        services.AddSingleton(provider => new GraphClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient("providers"),
            provider.GetRequiredService<IOptions<GraphOptions>>()
        ));
        services.Configure<InstagramOptions>(configuration.GetSection("Flame:Channels:Instagram"));
        services.Configure<TelegramOptions>(configuration.GetSection("Flame:Channels:Telegram"));
        services.AddSingleton<ChannelFields>();
        services.AddSingleton<MediaLinks>();
        services.AddSingleton<CustomerActivity>();
        services.AddSingleton(provider => new MetaClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient("providers")
        ));
        services.AddSingleton(provider => new TelegramClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient("providers")
        ));
        services.AddSingleton<IChannelConnector, MessengerConnector>();
        services.AddSingleton<IChannelConnector, InstagramConnector>();
        services.AddSingleton<IChannelConnector, TelegramConnector>();
        services.AddSingleton<IChannelConnector, WhatsAppConnector>();
        services.AddSingleton<IChannelConnector, WebChatConnector>();
        services.AddSingleton(provider => new GatewayClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient("providers")
        ));
        services.AddSingleton<OutgoingFiles>();
        services.AddSingleton<IChannelConnector, WhatsAppWebConnector>();
        services.AddSingleton<ChannelSessions>();
        services.AddSingleton<VisitorUploads>();
        services.AddSingleton<WidgetDirectory>();
        services.AddSingleton<ChannelCatalog>();
        services.AddSingleton<InboundJournal>();
        services.AddSingleton<ChannelTraffic>();
        services.AddSingleton<ChannelConnections>();
        services.AddSingleton<QuarantineReplay>();
        services.AddSingleton<QuarantineView>();
    }
}
