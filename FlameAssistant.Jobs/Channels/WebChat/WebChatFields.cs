using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Channels.WebChat;

namespace FlameAssistant.Jobs.Channels.WebChat;

/// <summary>What a web chat can be told: names as in <c>channel create --set name=value</c>.</summary>
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
    public const string AskName = "ask_name";
    public const string AskEmail = "ask_email";
    public const string AskPhone = "ask_phone";
    public const string AskRating = "ask_rating";
    public const string IdentitySecret = "identity_secret";

    private static readonly string[] asking = ["no", "optional", "required"];

    /// <summary>A visitor has one conversation, reopened for ever; a thousand years fit into the database's time.</summary>
    public static readonly TimeSpan ReopenWithin = TimeSpan.FromDays(365_000);

    internal static ChannelDefinition Definition { get; } =
        new(
            ChannelTypes.WebChat,
            "Web chat",
            AccountField: "key",
            [
                new(AllowedOrigins, ChannelFieldKind.Lines)
                {
                    MaxLength = 300,
                    Pattern = WebChatSettings.OriginPattern,
                },
                new(Title) { Group = "look", MaxLength = 80 },
                new(Color, ChannelFieldKind.Colour)
                {
                    Group = "look",
                    Default = WebChatSettings.DefaultColor,
                },
                new(Position, ChannelFieldKind.Choice)
                {
                    Group = "look",
                    Options = ["right", "left"],
                    Default = "right",
                },
                Words(Greeting),
                Words(GreetingEs) with
                {
                    IsAdvanced = true,
                },
                Words(GreetingEn) with
                {
                    IsAdvanced = true,
                },
                Words(GreetingPt) with
                {
                    IsAdvanced = true,
                },
                Words(Away),
                Ask(AskName),
                Ask(AskEmail),
                Ask(AskPhone),
                new(AskRating, ChannelFieldKind.Switch) { Group = "ask", Default = "true" },
                new(IdentitySecret, ChannelFieldKind.Secret)
                {
                    Group = "identity",
                    IsGenerated = true,
                    Pattern = @"\S{16,}",
                },
            ],
            ReplyWindow: null,
            ReopenWithin: ReopenWithin
        )
        {
            Texts = typeof(WebChatText),
            AccountOf = (channelId, _) => WidgetKey.Of(channelId),
            NeedsNoAccount = true,
        };

    private static ChannelField Words(string name) =>
        new(name, ChannelFieldKind.MultiLine) { Group = "words", MaxLength = 500 };

    private static ChannelField Ask(string name) =>
        new(name, ChannelFieldKind.Choice)
        {
            Group = "ask",
            Options = asking,
            Default = asking[0],
        };
}

/// <summary>Marks the texts of web chats.</summary>
public sealed class WebChatText;
