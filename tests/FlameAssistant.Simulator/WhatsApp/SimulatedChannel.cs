using System.Text.Json.Serialization;
using FlameAssistant.Simulator.Providers;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>One business number, page, account or bot, as its provider knows it.</summary>
public sealed record SimulatedChannel
{
    /// <summary>One of <see cref="ChannelKinds"/>.</summary>
    public string Type { get; init; } = ChannelKinds.WhatsApp;

    /// <summary>The account's id: of the number, the page, the Instagram account or the bot.</summary>
    public string PhoneNumberId { get; init; } = "";

    public string WabaId { get; init; } = "";

    public string AccessToken { get; init; } = "";

    public string AppSecret { get; init; } = "";

    public string VerifyToken { get; init; } = "";

    public string DisplayPhoneNumber { get; init; } = "";

    public string WebhookUrl { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Of a phone's number: <c>waha</c> or <c>evolution</c>.</summary>
    public string Gateway { get; init; } = "waha";

    /// <summary>What WAHA runs, which its answers show: <c>gows</c>, <c>noweb</c> or <c>webjs</c>.</summary>
    public string Engine { get; init; } = "gows";

    /// <summary>The number as webhooks carry it.</summary>
    [JsonIgnore]
    internal string Digits => PhoneDigits.Of(DisplayPhoneNumber);

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Problem()
    {
        if (!ChannelKinds.IsKnown(Type))
        {
            return "type must be one of whatsapp, messenger, instagram, telegram, whatsapp_web.";
        }

        if (Gateway is not ("waha" or "evolution"))
        {
            return "gateway must be waha or evolution.";
        }

        foreach (
            var (name, value) in new[]
            {
                ("phone_number_id", PhoneNumberId),
                ("access_token", AccessToken),
                // A bot, and a session, has none before its webhook is set.
                (
                    "app_secret",
                    Type is ChannelKinds.Telegram or ChannelKinds.WhatsAppWeb ? "-" : AppSecret
                ),
                ("display_phone_number", Type == ChannelKinds.WhatsApp ? Digits : "-"),
            }
        )
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                return $"{name} is missing.";
            }
        }

        return WebhookUrl.Length == 0 || IsWebAddress(WebhookUrl)
            ? null
            : "webhook_url must be an absolute http or https address.";
    }

    // The compiler's own would print the secrets.
    public override string ToString() => $"{Name} ({PhoneNumberId})";

    private static bool IsWebAddress(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);
}
