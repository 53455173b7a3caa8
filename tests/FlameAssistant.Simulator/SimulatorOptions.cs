using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator;

/// <summary>What a host of the simulator may choose. The defaults are those of the demo.</summary>
public sealed class SimulatorOptions
{
    public const string DefaultUrl = "http://localhost:5090";

    /// <summary>The key of both gateways.</summary>
    public const string GatewayKey = "simulator-key";

    /// <summary>How long a code to scan is good for.</summary>
    public TimeSpan QrLasts { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Addresses to listen on, parted by semicolons. Tests say <c>http://127.0.0.1:0</c>.</summary>
    public string Urls { get; init; } = DefaultUrl;

    public IReadOnlyList<SimulatedChannel> Channels { get; init; } = [];

    /// <summary>The pause before each of sent, delivered and read.</summary>
    public TimeSpan StatusDelay { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Customers read at once, whether their page is open or not.</summary>
    public bool AutoRead { get; init; }

    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a webhook that is not answered with 2xx is repeated before it is given up.</summary>
    public TimeSpan WebhookRetryFor { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan WebhookFirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan WebhookLongestPause { get; init; } = TimeSpan.FromSeconds(10);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The way webhooks take; a test server's handler, for instance.</summary>
    public Func<HttpMessageHandler>? WebhookHandler { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Warning;
}
