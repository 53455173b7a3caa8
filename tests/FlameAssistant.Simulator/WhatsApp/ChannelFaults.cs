using System.Text.Json.Serialization;
using FlameAssistant.Simulator.Telegram;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>
/// How a channel misbehaves. <see cref="Times"/> counts the messages that are hit (null: until changed);
/// <see cref="Duplicates"/> and <see cref="Reorder"/> concern webhooks and hold until changed.
/// </summary>
public sealed record ChannelFaults
{
    public static readonly ChannelFaults None = new();

    /// <summary>Graph's error code to answer with; the message is not accepted.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("times")]
    public int? Times { get; init; }

    /// <summary>The answer comes this late.</summary>
    [JsonPropertyName("delayMs")]
    public int DelayMs { get; init; }

    /// <summary>The message is accepted, then the connection is cut without an answer.</summary>
    [JsonPropertyName("dropConnection")]
    public bool DropConnection { get; init; }

    /// <summary>Sent and delivered are reported before the answer leaves.</summary>
    [JsonPropertyName("statusesBeforeAnswer")]
    public bool StatusesBeforeAnswer { get; init; }

    /// <summary>Every webhook is sent this many times more.</summary>
    [JsonPropertyName("duplicates")]
    public int Duplicates { get; init; }

    /// <summary>Webhooks wait until this many have gathered, and the last of them goes first.</summary>
    [JsonPropertyName("reorder")]
    public int Reorder { get; init; }

    /// <summary>The message is accepted and then reported as failed with this code.</summary>
    [JsonPropertyName("failStatus")]
    public string? FailStatus { get; init; }

    /// <summary>Meta's own limit to one person: one message in six seconds, 45 at once on credit.</summary>
    [JsonPropertyName("pairLimit")]
    public bool PairLimit { get; init; }

    /// <summary>Meta's own limit of a number; null: none.</summary>
    [JsonPropertyName("perSecond")]
    public int? PerSecond { get; init; }

    internal string? Problem()
    {
        if (
            Error is not (null or "422" or "500")
            && !GraphError.IsKnown(Error)
            && !BotError.IsKnown(Error)
        )
        {
            return $"error must be one of {GraphError.KnownCodes}, {string.Join(", ", BotError.KnownCodes)}.";
        }

        if (FailStatus is not null && !GraphError.IsKnown(FailStatus))
        {
            return $"failStatus must be one of {GraphError.KnownCodes}.";
        }

        if (Times is < 1)
        {
            return "times must be 1 or more, or left out.";
        }

        if (PerSecond is < 1 or > 1000)
        {
            return "perSecond must be between 1 and 1000, or left out.";
        }

        if (DelayMs is < 0 or > 600_000)
        {
            return "delayMs must be between 0 and 600000.";
        }

        if (Reorder is < 0 or > 20)
        {
            return "reorder must be between 0 and 20.";
        }

        return Duplicates is < 0 or > 1000 ? "duplicates must be between 0 and 1000." : null;
    }
}
