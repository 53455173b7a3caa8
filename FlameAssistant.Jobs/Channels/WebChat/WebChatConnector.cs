using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.WebChat;

/// <summary>
/// The widget on the tenant's own site. There is no provider: visitors speak to the product itself, and an answer is
/// delivered by being there.
/// </summary>
public sealed class WebChatConnector : IChannelConnector
{
    /// <summary>A visitor has one conversation, reopened for ever; a thousand years fit into the database's time.</summary>
    public static readonly TimeSpan ReopenWithin = TimeSpan.FromDays(365_000);

    public ChannelDefinition Definition { get; } =
        new(
            ChannelTypes.WebChat,
            "Web chat",
            AccountField: null,
            [
                new(
                    WebChatFields.AllowedOrigins,
                    "Allowed sites",
                    false,
                    false,
                    "Addresses of the sites that may show the widget, as https://shop.example or https://*.shop.example; one per line. Without any it shows on its demo page only.",
                    4000
                ),
                new(WebChatFields.Title, "Title", false, false, "At the top of the chat.", 80),
                new(
                    WebChatFields.Greeting,
                    "Greeting",
                    false,
                    false,
                    "The first words that a visitor reads.",
                    500
                ),
                new(
                    WebChatFields.GreetingEs,
                    "Greeting in Spanish",
                    false,
                    false,
                    "For pages in Spanish, instead of the greeting above.",
                    500
                ),
                new(
                    WebChatFields.GreetingEn,
                    "Greeting in English",
                    false,
                    false,
                    "For pages in English, instead of the greeting above.",
                    500
                ),
                new(
                    WebChatFields.GreetingPt,
                    "Greeting in Portuguese",
                    false,
                    false,
                    "For pages in Portuguese, instead of the greeting above.",
                    500
                ),
                new(
                    WebChatFields.Away,
                    "Words when nobody is there",
                    false,
                    false,
                    "Outside the working hours, instead of the usual sentence.",
                    500
                ),
                new(
                    WebChatFields.Color,
                    "Colour",
                    false,
                    false,
                    "As #e4572e: of the button, the head and the visitor's own messages."
                ),
                new(
                    WebChatFields.Position,
                    "Position",
                    false,
                    false,
                    "right or left: the corner of the page in which the button stands."
                ),
                new(
                    WebChatFields.PreChat,
                    "Asked before the chat",
                    false,
                    false,
                    "Any of name, email, phone, with * after what must be given, as name*, email."
                ),
                new(
                    WebChatFields.AskRating,
                    "Ask how it was",
                    false,
                    false,
                    "yes or no: after a conversation is resolved."
                ),
                new(
                    WebChatFields.IdentitySecret,
                    "Identity secret",
                    false,
                    true,
                    "Any text of 16 characters or more that only your server knows: with it your site signs who the visitor is."
                ),
            ],
            ReplyWindow: null,
            ReopenWithin: ReopenWithin
        );

    /// <summary>There is no webhook: whatever comes by one was not meant for this channel.</summary>
    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body) =>
        [
            new InboundItem.Unhandled(
                AccountId: null,
                "A web chat takes nothing by webhook.",
                body.ToArray()
            ),
        ];

    public Task<DeliveryOutcome> SendAsync(
        Guid tenantId,
        Delivery delivery,
        CancellationToken ct
    ) => Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Shown());

    /// <summary>Visitors' files are in the store before their message comes.</summary>
    public Task<Stream?> OpenMediaAsync(
        Guid tenantId,
        Channel channel,
        string externalId,
        CancellationToken ct
    ) => Task.FromResult<Stream?>(null);
}

/// <summary>Names of the fields, as in <c>channel create --set name=value</c>.</summary>
public static class WebChatFields
{
    public const string AllowedOrigins = "allowed_origins";
    public const string Title = "title";
    public const string Greeting = "greeting";
    public const string GreetingEs = "greeting_es";
    public const string GreetingEn = "greeting_en";
    public const string GreetingPt = "greeting_pt";
    public const string Away = "away_message";
    public const string Color = "color";
    public const string Position = "position";
    public const string PreChat = "pre_chat";
    public const string AskRating = "ask_rating";
    public const string IdentitySecret = "identity_secret";
}
