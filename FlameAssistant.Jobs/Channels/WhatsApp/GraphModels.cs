using System.Text.Json.Serialization;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

internal sealed record GraphSendAnswer
{
    [JsonPropertyName("messages")]
    public IReadOnlyList<GraphMessageId>? Messages { get; init; }
}

internal sealed record GraphMessageId
{
    [JsonPropertyName("id")]
    public string? Id { get; init; }
}

internal sealed record GraphFailure
{
    [JsonPropertyName("error")]
    public GraphError? Error { get; init; }
}

internal sealed record GraphError
{
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("code")]
    public int Code { get; init; }

    [JsonPropertyName("error_subcode")]
    public int? Subcode { get; init; }

    [JsonPropertyName("error_user_msg")]
    public string? ForPeople { get; init; }

    [JsonPropertyName("error_data")]
    public GraphErrorData? Data { get; init; }

    /// <summary>The clearest of its words.</summary>
    [JsonIgnore]
    public string Said => ForPeople ?? Data?.Details ?? Message ?? "";
}

internal sealed record GraphErrorData
{
    [JsonPropertyName("details")]
    public string? Details { get; init; }
}

internal sealed record GraphMediaPlace
{
    [JsonPropertyName("url")]
    public string? Url { get; init; }
}

/// <summary>What the Graph API answered to a question.</summary>
public abstract record GraphAnswer
{
    public sealed record Given(System.Text.Json.Nodes.JsonNode Value) : GraphAnswer;

    public sealed record Refused(int Code, int? Subcode, string Said) : GraphAnswer;

    /// <summary>It could not be reached, or something in between answered.</summary>
    public sealed record Unclear(string Said) : GraphAnswer;
}
