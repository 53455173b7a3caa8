using System.Net.Http.Json;
using FlameAssistant.Data.Seeding;
using FlameAssistant.Jobs.Channels.Instagram;
using FlameAssistant.Jobs.Channels.Meta;
using FlameAssistant.Jobs.Channels.Telegram;
using FlameAssistant.Jobs.Channels.WhatsApp;
using FlameAssistant.Jobs.Platform;

namespace FlameAssistant.Web.Platform;

/// <summary>Tells the simulator where the demo's webhooks go, again whenever it was restarted. Never in Production.</summary>
internal sealed class DemoSimulator(DemoSeed demo, IConfiguration configuration, TimeProvider clock)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var http = new HttpClient
        {
            BaseAddress = new Uri(configuration["Flame:Simulator:Url"]!),
            Timeout = Longer,
        };
        var address = (
            configuration["Flame:PublicUrl"]
            ?? configuration["Flame:Urls"]
            ?? FlameSettings.DefaultUrl
        ).TrimEnd('/');
        while (!stoppingToken.IsCancellationRequested)
        {
            var isKnown = await TellAsync(http, address, stoppingToken);
            await Task.Delay(isKnown ? Longer : Pause, clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TellAsync(HttpClient http, string address, CancellationToken ct)
    {
        var known = await demo.ChannelsAsync(ct);
        if (known.Count == 0)
        {
            return false;
        }
        try
        {
            foreach (var (type, id) in known)
            {
                var channel = DemoChannels.Of(type);
                using var answer = await http.PutAsJsonAsync(
                    $"/simulator/channels/{channel.AccountId}",
                    new Dictionary<string, string>(channel.Simulator, StringComparer.Ordinal)
                    {
                        ["type"] = type,
                        ["webhook_url"] = $"{address}/webhooks/{type}/{id}",
                    },
                    ct
                );
                if (!answer.IsSuccessStatusCode)
                {
                    return false;
                }
            }
            return known.Count == DemoChannels.All.Count;
        }
        catch (Exception ex) when (ex is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
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
