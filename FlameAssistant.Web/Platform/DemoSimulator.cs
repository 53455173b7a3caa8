using System.Net;
using System.Net.Http.Json;
using FlameAssistant.Data.Seeding;
using FlameAssistant.Jobs.Channels.Instagram;
using FlameAssistant.Jobs.Channels.Meta;
using FlameAssistant.Jobs.Channels.Telegram;
using FlameAssistant.Jobs.Channels.WhatsApp;
using FlameAssistant.Jobs.Platform;

namespace FlameAssistant.Web.Platform;

/// <summary>Tells the simulator where the demo's webhooks go, again whenever it was restarted. Never in Production.</summary>
internal sealed partial class DemoSimulator(
    DemoSeed demo,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<DemoSimulator> logger
) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(20);

    private readonly HttpClient http = new()
    {
        BaseAddress = new Uri(configuration["Flame:Simulator:Url"]!),
        Timeout = Longer,
    };
    private readonly string address = (
        configuration["Flame:PublicUrl"] ?? configuration["Flame:Urls"] ?? FlameSettings.DefaultUrl
    ).TrimEnd('/');

    // The channels that were new to it the last time.
    private readonly List<Guid> told = [];

    /// <summary>Before the outbox asks it for anything, where it is there in time: it may have been started with the app.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        for (var begun = clock.GetTimestamp(); clock.GetElapsedTime(begun) < Pause; )
        {
            if (await TryTellAsync(cancellationToken))
            {
                return;
            }
            await Task.Delay(Beat, clock, cancellationToken);
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        base.Dispose();
        http.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var isKnown = await TryTellAsync(stoppingToken);
            await Task.Delay(isKnown && told.Count == 0 ? Longer : Pause, clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Whether it knows all now.</returns>
    private async Task<bool> TryTellAsync(CancellationToken ct)
    {
        try
        {
            // What was asked of it before it knew the account was refused for good, and is settled by now.
            await demo.ResumeAsync(told, ct);
            told.Clear();
            return await TellAsync(ct);
        }
        catch (Exception ex) when (!ct.IsCancellationRequested)
        {
            LogLater(logger, ex.Message);
            return false;
        }
    }

    private async Task<bool> TellAsync(CancellationToken ct)
    {
        var known = await demo.ChannelsAsync(ct);
        foreach (var (channel, id) in known)
        {
            using var answer = await http.PutAsJsonAsync(
                $"/simulator/channels/{channel.SimulatorId}",
                new Dictionary<string, string>(channel.Simulator, StringComparer.Ordinal)
                {
                    ["type"] = channel.Type,
                    ["webhook_url"] = $"{address}/webhooks/{channel.WebhookName}/{id}",
                },
                ct
            );
            if (!answer.IsSuccessStatusCode)
            {
                return false;
            }
            if (answer.StatusCode == HttpStatusCode.Created)
            {
                told.Add(id);
            }
        }
        return known.Count == DemoChannels.All.Count;
    }

    [LoggerMessage(
        Level = LogLevel.Debug,
        Message = "The simulator does not know the demo yet: {Reason}"
    )]
    private static partial void LogLater(ILogger logger, string reason);
}

internal static class DemoRegistration
{
    /// <summary>The demo's data by <c>Flame__Seed=demo</c>; the simulator beside it in Development only.</summary>
    public static void AddDemo(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<DemoSeed>();
        services
            .AddOptions<GraphOptions>()
            .Configure<IHostEnvironment>(
                (graph, environment) => graph.AllowChannelBaseUrl = environment.IsDevelopment()
            );
        services
            .AddOptions<InstagramOptions>()
            .Configure<IHostEnvironment>(
                (api, environment) => api.AllowChannelBaseUrl = environment.IsDevelopment()
            );
        services
            .AddOptions<TelegramOptions>()
            .Configure<IHostEnvironment>(
                (api, environment) => api.AllowChannelBaseUrl = environment.IsDevelopment()
            );
        services
            .AddOptions<OutboundOptions>()
            .Configure<IHostEnvironment>(
                (outbound, environment) => outbound.AllowLoopback = environment.IsDevelopment()
            );
        if (Uri.TryCreate(configuration["Flame:Simulator:Url"], UriKind.Absolute, out _))
        {
            services.AddHostedService(provider =>
                provider.GetRequiredService<IHostEnvironment>().IsDevelopment()
                    ? ActivatorUtilities.CreateInstance<DemoSimulator>(provider)
                    : throw new SettingException(
                        "Flame__Simulator__Url is for Development: remove it, or set ASPNETCORE_ENVIRONMENT=Development."
                    )
            );
        }
    }
}
