using System.Net.Http.Json;
using FlameAssistant.Simulator;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Testing;

/// <summary>The simulator in this process, on a free port.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    public const string AccessToken = TestDatabase.AccessToken;
    private readonly WebApplication app;

    private SimulatorHost(WebApplication app)
    {
        this.app = app;
        State = app.Services.GetRequiredService<SimulatorState>();
        Url = app.Urls.Single();
    }

    public SimulatorState State { get; }

    public string Url { get; }

    public static async Task<SimulatorHost> StartAsync(
        bool autoRead = false,
        TimeSpan? webhookLongestPause = null
    )
    {
        var built = SimulatorApp.Build(
            new SimulatorOptions
            {
                Urls = "http://127.0.0.1:0",
                AutoRead = autoRead,
                StatusDelay = TimeSpan.FromMilliseconds(50),
                WebhookLongestPause = webhookLongestPause ?? TimeSpan.FromSeconds(1),
            }
        );
        await built.StartAsync();
        return new SimulatorHost(built);
    }

    /// <summary>A business number, with the token of <see cref="AccessToken"/>.</summary>
    public void Add(
        string phoneNumberId,
        string webhookUrl = "",
        string appSecret = Fixtures.AppSecret
    ) =>
        State.Channels.Put(
            new SimulatedChannel
            {
                PhoneNumberId = phoneNumberId,
                WabaId = "100200300400500",
                AccessToken = AccessToken,
                AppSecret = appSecret,
                VerifyToken = Fixtures.VerifyToken,
                DisplayPhoneNumber = "+55 11 99000-0001",
                Name = "Number " + phoneNumberId,
                WebhookUrl = webhookUrl,
            }
        );

    /// <summary>A page, an account or a bot of another provider.</summary>
    /// <param name="type">One of <see cref="ChannelKinds"/>.</param>
    public void Connect(
        string type,
        string account,
        string accessToken,
        string webhookUrl = "",
        string appSecret = Fixtures.AppSecret
    ) =>
        State.Channels.Put(
            new SimulatedChannel
            {
                Type = type,
                PhoneNumberId = account,
                AccessToken = accessToken,
                AppSecret = appSecret,
                VerifyToken = Fixtures.VerifyToken,
                Name = "Shop " + account,
                WebhookUrl = webhookUrl,
            }
        );

    /// <summary>A customer writes, as on the simulator's page.</summary>
    public async Task WriteAsync(string account, string from, string text, string? name = null)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync(
            $"{Url}/simulator/channels/{account}/messages",
            new
            {
                from,
                text,
                name,
            }
        );
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The messages that Graph accepted.</summary>
    public IReadOnlyList<FlameAssistant.Simulator.WhatsApp.ReceivedMessage> Accepted() =>
        [.. State.Outbox.All().Where(m => m is { Wamid: not null, ErrorCode: null })];

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
