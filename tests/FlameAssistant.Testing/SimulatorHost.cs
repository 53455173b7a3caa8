using System.Net.Http.Json;
using System.Text.Json;
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

    /// <param name="clock">When customers write; the machine's time when null.</param>
    /// <param name="webhooks">Who takes the webhooks in place of the addresses that they are for.</param>
    public static async Task<SimulatorHost> StartAsync(
        bool autoRead = false,
        TimeSpan? webhookLongestPause = null,
        TimeProvider? clock = null,
        HttpMessageHandler? webhooks = null
    )
    {
        var built = SimulatorApp.Build(
            new SimulatorOptions
            {
                Urls = "http://127.0.0.1:0",
                AutoRead = autoRead,
                StatusDelay = TimeSpan.FromMilliseconds(50),
                WebhookLongestPause = webhookLongestPause ?? TimeSpan.FromSeconds(1),
                Clock = clock ?? TimeProvider.System,
                WebhookHandler = webhooks is null ? null : () => webhooks,
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
        string appSecret = Fixtures.AppSecret,
        string gateway = "waha"
    ) =>
        State.Channels.Put(
            new SimulatedChannel
            {
                Type = type,
                Gateway = gateway,
                PhoneNumberId = account,
                AccessToken = accessToken,
                AppSecret = appSecret,
                VerifyToken = Fixtures.VerifyToken,
                Name = "Shop " + account,
                WebhookUrl = webhookUrl,
            }
        );

    /// <summary>A customer writes, as on the simulator's page.</summary>
    /// <returns>The provider's name of the message.</returns>
    public async Task<string> WriteAsync(
        string account,
        string from,
        string text,
        string? name = null
    )
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
        var written = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return written.GetProperty("wamid").GetString()!;
    }

    /// <summary>The customer changes what they wrote.</summary>
    /// <returns>The answer's status, and what it says is wrong.</returns>
    public Task<(int Status, string? Error)> EditAsync(
        string account,
        string message,
        string text
    ) => ChangeAsync(HttpMethod.Put, account, message, JsonContent.Create(new { text }));

    /// <summary>The customer takes back what they wrote.</summary>
    public Task<(int Status, string? Error)> DeleteAsync(string account, string message) =>
        ChangeAsync(HttpMethod.Delete, account, message, content: null);

    /// <summary>What the owner of a gateway's phone does with it: scan, pair, logout, fail …</summary>
    public async Task PhoneAsync(string session, string action, string? code = null)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync(
            $"{Url}/simulator/channels/{session}/session",
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["do"] = action,
                ["code"] = code,
            }
        );
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The business writes on its own phone.</summary>
    public async Task TypeAsync(string session, string to, string text)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync(
            $"{Url}/simulator/channels/{session}/phone",
            new { to, text }
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

    private async Task<(int Status, string? Error)> ChangeAsync(
        HttpMethod method,
        string account,
        string message,
        HttpContent? content
    )
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            method,
            $"{Url}/simulator/channels/{account}/messages/{Uri.EscapeDataString(message)}"
        );
        request.Content = content;
        using var answer = await http.SendAsync(request);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (
            (int)answer.StatusCode,
            said.TryGetProperty("error", out var error) ? error.GetString() : null
        );
    }
}
