using FlameAssistant.Data.Channels;

namespace FlameAssistant.Data.Seeding;

/// <summary>A channel of the demo, as the product and as the simulator knows it. The accounts are those of the fixtures.</summary>
/// <param name="Settings">Fields that are not secret, without the address.</param>
/// <param name="Simulator">What the simulator is told of it.</param>
public sealed record DemoChannel(
    string Type,
    string Name,
    string AccountId,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyDictionary<string, string> Credentials,
    string Secret,
    string? VerifyToken,
    IReadOnlyDictionary<string, string> Simulator
)
{
    /// <summary>The workspace that it belongs to.</summary>
    public string Slug { get; init; } = DemoSeed.Slug;

    /// <summary>How the simulator calls it: a gateway's session is named apart from where it is.</summary>
    public string SimulatorId => AccountId.Split('@')[0];

    /// <summary>The part of its webhooks' address before its id.</summary>
    public string WebhookName => Simulator.GetValueOrDefault("gateway") ?? Type;

    public ChannelDraft Draft(string simulatorUrl) =>
        new(
            Type,
            Name,
            AccountId,
            new Dictionary<string, string>(Settings, StringComparer.Ordinal)
            {
                ["base_url"] = simulatorUrl,
            },
            Credentials,
            Secret,
            VerifyToken
        )
        {
            GroupId = Settings.GetValueOrDefault("waba_id"),
        };
}

/// <summary>Each workspace has a number of the Cloud API, and the first one a channel of every other kind.</summary>
public static class DemoChannels
{
    public const string PageId = "104000000000001";
    public const string InstagramId = "17841400000000001";
    public const string BotId = "123456";
    public const string BotToken = BotId + ":demo-bot-token-of-the-simulator";
    public const string BotSecret = "demo_secret_of_telegram";
    public const string WebSession = "flame_demo";
    public const string WebKey = "simulator-key";
    public const string WebSecret = "demo_secret_of_the_gateway";

    public static IReadOnlyList<DemoChannel> All { get; } =
    [
        WhatsApp(DemoWorkspace.Cafe),
        Meta(ChannelTypes.Messenger, "Messenger", "page_id", PageId),
        Meta(ChannelTypes.Instagram, "Instagram", "ig_id", InstagramId),
        new(
            ChannelTypes.Telegram,
            "Telegram " + DemoSeed.Name,
            BotId,
            Fields(),
            Fields(("bot_token", BotToken), ("secret_token", BotSecret)),
            BotSecret,
            VerifyToken: null,
            Fields(("access_token", BotToken), ("app_secret", BotSecret), ("name", DemoSeed.Name))
        ),
        new(
            ChannelTypes.WhatsAppWeb,
            "WhatsApp Web " + DemoSeed.Name,
            WebSession + "@simulator",
            Fields(("gateway", "waha"), ("session", WebSession), ("groups", "false")),
            Fields(("api_key", WebKey), ("webhook_secret", WebSecret)),
            WebSecret,
            VerifyToken: null,
            Fields(
                ("gateway", "waha"),
                ("access_token", WebKey),
                ("app_secret", WebSecret),
                ("name", DemoSeed.Name),
                ("display_phone_number", "+55 11 99000-0002")
            )
        ),
        WhatsApp(DemoWorkspace.Clinic),
    ];

    internal static DemoChannel WhatsApp(DemoWorkspace workspace) =>
        new(
            ChannelTypes.WhatsApp,
            "WhatsApp " + workspace.Name,
            workspace.PhoneNumberId,
            Fields(("phone_number_id", workspace.PhoneNumberId), ("waba_id", workspace.WabaId)),
            Fields(
                ("access_token", DemoSeed.AccessToken),
                ("app_secret", DemoSeed.AppSecret),
                ("verify_token", DemoSeed.VerifyToken)
            ),
            DemoSeed.AppSecret,
            DemoSeed.VerifyToken,
            Fields(
                ("phone_number_id", workspace.PhoneNumberId),
                ("waba_id", workspace.WabaId),
                ("access_token", DemoSeed.AccessToken),
                ("app_secret", DemoSeed.AppSecret),
                ("verify_token", DemoSeed.VerifyToken),
                ("display_phone_number", workspace.DisplayPhoneNumber),
                ("name", workspace.Name)
            )
        )
        {
            Slug = workspace.Slug,
        };

    private static DemoChannel Meta(
        string type,
        string name,
        string accountField,
        string account
    ) =>
        new(
            type,
            $"{name} {DemoSeed.Name}",
            account,
            Fields((accountField, account)),
            Fields(
                ("access_token", $"{DemoSeed.AccessToken}-{type}"),
                ("app_secret", DemoSeed.AppSecret),
                ("verify_token", DemoSeed.VerifyToken)
            ),
            DemoSeed.AppSecret,
            DemoSeed.VerifyToken,
            Fields(
                ("access_token", $"{DemoSeed.AccessToken}-{type}"),
                ("app_secret", DemoSeed.AppSecret),
                ("verify_token", DemoSeed.VerifyToken),
                ("name", DemoSeed.Name)
            )
        );

    private static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) =>
        fields.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
}
