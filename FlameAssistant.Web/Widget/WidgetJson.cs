using System.Text.Json;
using System.Text.Json.Serialization;
using FlameAssistant.Data.Channels.WebChat;

namespace FlameAssistant.Web.Widget;

/// <summary>What goes over the wire between a widget and the product, by the names of the contract.</summary>
internal static class WidgetJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        MaxDepth = 8,
    };

    public static IResult Ok<T>(T value) => TypedResults.Json(value, Options);
}

internal sealed record SessionRequest
{
    public string? WidgetKey { get; init; }

    /// <summary>The one that the browser still has.</summary>
    public string? VisitorToken { get; init; }

    public string? IdentityJwt { get; init; }

    /// <summary>The simple way: the site's id of the person, and its HMAC-SHA256 in hex.</summary>
    public string? UserId { get; init; }

    public string? UserHash { get; init; }

    /// <summary>What the form before the chat asked for.</summary>
    public ProfileJson? Profile { get; init; }

    public PageJson? Page { get; init; }
    public string? Locale { get; init; }
}

internal sealed record ProfileJson(string? Name, string? Email, string? Phone);

internal sealed record PageJson(string? Url, string? Title, string? Referrer);

internal sealed record SessionAnswer(
    string VisitorToken,
    Guid VisitorId,
    DateTimeOffset ExpiresAt,
    Guid? ConversationId,
    string StreamTicket,
    ProfileJson Profile,
    ConfigJson Config
);

internal sealed record ConfigJson(
    string Title,
    string Color,
    string Position,
    string Greeting,
    HoursJson WorkingHours,
    IReadOnlyList<PreChatJson> PreChat,
    bool AsksRating,
    long MaxUploadBytes
);

/// <param name="OpensAt">When somebody works again; null while they do.</param>
internal sealed record HoursJson(bool Open, DateTimeOffset? OpensAt);

internal sealed record PreChatJson(string Name, bool Required);

internal sealed record TicketAnswer(string Ticket, DateTimeOffset ExpiresAt);

internal sealed record SendRequest
{
    public string? ClientId { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<Guid>? Attachments { get; init; }
}

internal sealed record SendAnswer(
    Guid Id,
    long Seq,
    long Rev,
    Guid ConversationId,
    string ClientId,
    DateTimeOffset CreatedAt,
    string Status
);

internal sealed record TypingRequest(bool On);

/// <param name="State"><c>read</c> when none is given, or <c>delivered</c>.</param>
internal sealed record ReadRequest(long Seq, string? State);

internal sealed record RatingRequest(int Score, string? Comment);

internal sealed record AuthorJson(string Type, Guid? Id, string? Name, string? Avatar)
{
    public static AuthorJson Of(VisitorAgent agent) =>
        new("agent", agent.Id, agent.Name, agent.HasAvatar ? $"/widget/files/{agent.Id:D}" : null);
}

internal sealed record FileJson(
    Guid Id,
    string Name,
    string Kind,
    string ContentType,
    long Size,
    int? Width,
    int? Height,
    bool Thumb
);

internal sealed record MessageJson(
    Guid Id,
    long Seq,
    long Rev,
    Guid ConversationId,
    string Direction,
    string? ClientId,
    AuthorJson? Author,
    string Text,
    Guid? QuotedId,
    IReadOnlyList<FileJson> Attachments,
    DateTimeOffset CreatedAt,
    bool Edited,
    bool Deleted
)
{
    public static MessageJson Of(Guid conversationId, VisitorMessage message) =>
        new(
            message.Id,
            message.Seq,
            message.Rev,
            conversationId,
            message.IsMine ? "in" : "out",
            message.ClientId,
            message.IsMine ? null
                : message.Author is { } author ? AuthorJson.Of(author)
                : new AuthorJson(
                    message.SenderType == Data.Conversations.SenderTypes.Assistant
                        ? "assistant"
                        : "system",
                    null,
                    null,
                    null
                ),
            message.Text,
            message.QuotedId,
            [
                .. message.Files.Select(f => new FileJson(
                    f.Id,
                    f.Name,
                    f.Kind,
                    f.ContentType,
                    f.SizeBytes,
                    f.Width,
                    f.Height,
                    f.HasThumbnail
                )),
            ],
            message.At,
            message.IsEdited,
            message.IsDeleted
        );
}

/// <summary>Where the conversation stands, beside its messages.</summary>
/// <param name="ReadSeq">The last of the visitor's messages that somebody has looked at.</param>
internal sealed record StateJson(
    Guid? ConversationId,
    string? Status,
    bool CanRate,
    long ReadSeq,
    AuthorJson? Agent,
    HoursJson WorkingHours
);

internal sealed record PageAnswer(
    StateJson State,
    long Rev,
    bool HasMore,
    bool Reset,
    IReadOnlyList<MessageJson> Messages
);
