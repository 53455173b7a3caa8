using System.Text.Json;
using System.Text.Json.Serialization;
using FlameAssistant.Simulator.Evolution;
using FlameAssistant.Simulator.Gateways;
using FlameAssistant.Simulator.Messenger;
using FlameAssistant.Simulator.Page;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.Telegram;
using FlameAssistant.Simulator.Waha;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator;

/// <summary>Builds the simulator; the exe runs it, tests host it in-process (StartAsync, then Urls).</summary>
public static class SimulatorApp
{
    private const long LargestBody = 6 * 1024 * 1024;

    public static WebApplication Build(SimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (IsProduction())
        {
            throw new InvalidOperationException(ProductionRefusal);
        }

        // Empty: the environment, settings and folder belong to whoever hosts or starts it, not to the simulator.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Development }
        );
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = LargestBody;
        });
        builder
            .Logging.SetMinimumLevel(options.LogLevel)
            .AddSimpleConsole(c => c.SingleLine = true)
            // A failed start is thrown; whoever starts it says so in one line.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.AddRouting();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.Services.Configure<RouteHandlerOptions>(r => r.ThrowOnBadRequest = false);
        builder.Services.Configure<HostOptions>(h => h.ShutdownTimeout = TimeSpan.FromSeconds(2));
        AddParts(builder.Services, options);

        var app = builder.Build();
        foreach (var url in options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            // Kestrel takes no free port on a name.
            app.Urls.Add(url.Replace("//localhost:0", "//127.0.0.1:0", StringComparison.Ordinal));
        }

        var state = app.Services.GetRequiredService<SimulatorState>();
        foreach (var channel in options.Channels)
        {
            state.Channels.Put(channel);
        }

        app.Use(
            (http, next) =>
            {
                state.Origin = $"{http.Request.Scheme}://{http.Request.Host}";
                return next(http);
            }
        );
        StateApi.Map(app);
        ChannelApi.Map(app);
        CustomerApi.Map(app);
        CustomerChanges.Map(app);
        CustomerFiles.Map(app);
        LiveConversation.Map(app);
        PageFiles.Map(app);
        MessengerApi.Map(app);
        BotApi.Map(app);
        GraphApi.Map(app);
        AccountApi.Map(app);
        TemplateApi.Map(app);
        MediaApi.Map(app);
        GatewayApi.Map(app);
        WahaApi.Map(app);
        EvolutionApi.Map(app);
        return app;
    }

    internal const string ProductionRefusal =
        "The simulator is for development and tests; it does not start with ASPNETCORE_ENVIRONMENT=Production.";

    internal static bool IsProduction() =>
        string.Equals(
            Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT"),
            Environments.Production,
            StringComparison.OrdinalIgnoreCase
        );

    private static void AddParts(IServiceCollection services, SimulatorOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<SimulatorState>();
        services.AddSingleton<OpenPages>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookLanes>();
        services.AddSingleton<StatusReports>();
        services.AddSingleton<ProviderList>();
        services.AddSingleton<Acceptance>();
        services.AddSingleton<GraphApi>();
        services.AddSingleton<MessengerApi>();
        services.AddSingleton<BotApi>();
        services.AddSingleton<AccountApi>();
        services.AddSingleton<TemplateApi>();
        services.AddSingleton<MediaApi>();
        services.AddSingleton<CustomerApi>();
        services.AddSingleton<CustomerChanges>();
        services.AddSingleton<GatewaySessions>();
        services.AddSingleton<GatewaySending>();
        services.AddSingleton<WahaApi>();
        services.AddSingleton<EvolutionApi>();
    }
}
