using System.Text.Json;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>A request that Graph received, as it came; the token is left out.</summary>
public sealed record ReceivedMessage
{
    /// <summary>1, 2, 3 … in the order of arrival.</summary>
    public int Number { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Channel { get; init; }

    /// <summary>Graph's version in the address, v25.0 for instance.</summary>
    public required string Version { get; init; }

    /// <summary>The HTTP status of the answer; 0 where the connection was cut.</summary>
    public required int Status { get; init; }

    public string? ErrorCode { get; init; }

    /// <summary>The id given to an accepted message.</summary>
    public string? Wamid { get; init; }

    /// <summary>text, image, template …; <c>read</c> for a mark as read; null if it could not be understood.</summary>
    public string? Type { get; init; }

    /// <summary>"to" or "recipient", as given.</summary>
    public string? To { get; init; }

    /// <summary>What a person would read; for a mark as read the message's id.</summary>
    public string? Text { get; init; }

    /// <summary>The raw body.</summary>
    public required string Body { get; init; }

    /// <summary>The body read as JSON; undefined if it is none.</summary>
    public JsonElement? Json { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }
}
