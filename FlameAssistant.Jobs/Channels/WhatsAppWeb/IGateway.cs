using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>What a message's file is sent as.</summary>
/// <param name="Link">Where the gateway may fetch it; null where it gets the bytes.</param>
/// <param name="Base64">The bytes; null where it gets an address.</param>
internal sealed record OutgoingFile(
    string Kind,
    string Name,
    string ContentType,
    string? Link,
    string? Base64
);

/// <summary>One kind of gateway: how it is asked, and how it answers.</summary>
internal interface IGateway
{
    /// <summary>Whether a file of this kind goes better as an address than as bytes.</summary>
    bool PrefersLink(string kind);

    /// <summary>The method and body of a message.</summary>
    (string Path, JsonObject Body) Message(
        GatewayAddress at,
        Jid to,
        Delivery delivery,
        OutgoingFile? file
    );

    /// <summary>The name of the message in an accepted answer; null where there is none.</summary>
    string? SentId(JsonNode? answer);

    Task<GatewayAnswer> CallAsync(
        GatewayAddress at,
        HttpMethod method,
        string path,
        JsonObject? body,
        CancellationToken ct
    );

    /// <summary>Whether the gateway is there and takes the key.</summary>
    Task<GatewayAnswer> PingAsync(GatewayAddress at, CancellationToken ct);

    /// <summary>Makes the session with its webhooks, or changes it, and has it start. Null when done.</summary>
    Task<GatewayAnswer?> SetUpAsync(GatewayAddress at, string webhookUrl, CancellationToken ct);

    Task ForgetAsync(GatewayAddress at, CancellationToken ct);

    Task<SessionView> LookAsync(GatewayAddress at, CancellationToken ct);

    /// <returns>The answer of a gateway that did not.</returns>
    Task<GatewayAnswer?> StartAsync(GatewayAddress at, CancellationToken ct);

    Task<GatewayAnswer?> LogOutAsync(GatewayAddress at, CancellationToken ct);

    /// <returns>The code to type, or the answer of a gateway that gave none.</returns>
    Task<(string? Code, GatewayAnswer Answer)> PairAsync(
        GatewayAddress at,
        string phone,
        CancellationToken ct
    );

    Task ShowTypingAsync(GatewayAddress at, Jid to, CancellationToken ct);

    Task MarkSeenAsync(GatewayAddress at, string externalId, CancellationToken ct);

    Task<GatewayAnswer> ReactAsync(
        GatewayAddress at,
        string externalId,
        string emoji,
        CancellationToken ct
    );

    Task<Stream?> OpenMediaAsync(GatewayAddress at, string externalId, CancellationToken ct);

    Task<string?> FindNameAsync(GatewayAddress at, Jid whose, CancellationToken ct);
}
