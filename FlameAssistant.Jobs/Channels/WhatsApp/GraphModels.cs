using System.Text.Json.Serialization;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>A text message as the Cloud API takes it: by phone number (<c>to</c>) or by business-scoped id (<c>recipient</c>).</summary>
public sealed record GraphTextMessage
{
    [JsonPropertyName("messaging_product")]
    public string MessagingProduct { get; } = "whatsapp";

    [JsonPropertyName("recipient_type")]
    public string RecipientType { get; } = "individual";

    [JsonPropertyName("to"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? To { get; init; }

    [JsonPropertyName("recipient"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Recipient { get; init; }

    [JsonPropertyName("context"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GraphContext? Context { get; init; }

    [JsonPropertyName("type")]
    public string Type { get; init; } = "text";

    [JsonPropertyName("text"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GraphText? Text { get; init; }

    [JsonPropertyName("image"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GraphMedia? Image { get; init; }

    [JsonPropertyName("audio"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GraphMedia? Audio { get; init; }

    [JsonPropertyName("video"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GraphMedia? Video { get; init; }

    [JsonPropertyName("document"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GraphMedia? Document { get; init; }

    /// <summary>Echoed in every status: finds the message whose answer was lost.</summary>
    [JsonPropertyName("biz_opaque_callback_data")]
    public required string CallbackData { get; init; }
}

public sealed record GraphText
{
    [JsonPropertyName("preview_url")]
    public bool PreviewUrl { get; init; }

    [JsonPropertyName("body")]
    public required string Body { get; init; }
}

/// <summary>A file that was handed over before, by the id that it got.</summary>
public sealed record GraphMedia
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("filename"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FileName { get; init; }

    [JsonPropertyName("caption"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Caption { get; init; }
}

public sealed record GraphContext
{
    [JsonPropertyName("message_id")]
    public required string MessageId { get; init; }
}

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
