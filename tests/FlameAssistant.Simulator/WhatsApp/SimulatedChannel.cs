using System.Text.Json.Serialization;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>One business number as Meta knows it.</summary>
public sealed record SimulatedChannel
{
    public string PhoneNumberId { get; init; } = "";

    public string WabaId { get; init; } = "";

    public string AccessToken { get; init; } = "";

    public string AppSecret { get; init; } = "";

    public string VerifyToken { get; init; } = "";

    public string DisplayPhoneNumber { get; init; } = "";

    public string WebhookUrl { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>The number as webhooks carry it.</summary>
    [JsonIgnore]
    internal string Digits => PhoneDigits.Of(DisplayPhoneNumber);

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Problem()
    {
        foreach (
            var (name, value) in new[]
            {
                ("phone_number_id", PhoneNumberId),
                ("access_token", AccessToken),
                ("app_secret", AppSecret),
                ("display_phone_number", Digits),
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
