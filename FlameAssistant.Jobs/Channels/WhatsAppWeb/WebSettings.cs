using System.Security.Cryptography;
using System.Text;
using FlameAssistant.Data.Channels;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

internal static class WebSettings
{
    public const string Gateway = "gateway";
    public const string BaseUrl = "base_url";
    public const string ApiKey = "api_key";
    public const string Session = "session";
    public const string WebhookSecret = "webhook_secret";
    public const string Groups = ChannelRules.GroupsSetting;
    public const string PerMinute = ChannelRules.PerMinuteSetting;

    public const string Waha = "waha";
    public const string Evolution = "evolution";

    public static ChannelDefinition Definition { get; } =
        new(
            ChannelTypes.WhatsAppWeb,
            "WhatsApp Web",
            AccountField: Session,
            [
                new(Gateway, ChannelFieldKind.Choice)
                {
                    IsRequired = true,
                    Default = Waha,
                    Options = [Waha, Evolution],
                },
                new(BaseUrl) { IsRequired = true, Pattern = @"https?://[^\s/?#]+[^\s?#]*" },
                new(ApiKey, ChannelFieldKind.Secret) { IsRequired = true },
                new(Session) { MaxLength = 54, Pattern = "[A-Za-z0-9_-]+" },
                new(Groups, ChannelFieldKind.Switch) { Default = "false" },
                new(PerMinute, ChannelFieldKind.Number)
                {
                    Default = "20",
                    Min = 1,
                    Max = 60,
                    IsAdvanced = true,
                },
                new(WebhookSecret, ChannelFieldKind.Secret)
                {
                    IsGenerated = true,
                    IsAdvanced = true,
                    Pattern = "[A-Za-z0-9_-]{8,256}",
                },
            ],
            ReplyWindow: null,
            ReopenWithin: TimeSpan.FromHours(72)
        )
        {
            Texts = typeof(WhatsAppWebText),
            // Every gateway may have a session of that name.
            AccountOf = (id, values) =>
                Uri.TryCreate(values.GetValueOrDefault(BaseUrl), UriKind.Absolute, out var url)
                    ? $"{SessionOf(id, values)}@{url.Authority}"
                    : null,
            NameInBodies = account => account.Split('@')[0],
            WebhookName = values => values.GetValueOrDefault(Gateway) ?? Waha,
            SecretField = WebhookSecret,
        };

    /// <summary>Where nobody chose a name, one that is nobody else's.</summary>
    public static string SessionOf(Guid channelId, IReadOnlyDictionary<string, string> values) =>
        values.GetValueOrDefault(Session) is { Length: > 0 } given ? given : $"flame_{channelId:N}";
}

/// <summary>A channel's gateway, and its session there; its secrets are opened, in memory only.</summary>
internal sealed record GatewayAddress(
    Guid TenantId,
    Guid ChannelId,
    string Root,
    string ApiKey,
    string Session,
    string WebhookSecret,
    bool WithGroups
)
{
    public static GatewayAddress Of(
        Guid tenantId,
        Guid channelId,
        IReadOnlyDictionary<string, string> values
    ) =>
        new(
            tenantId,
            channelId,
            values.GetValueOrDefault(WebSettings.BaseUrl, "").TrimEnd('/'),
            values.GetValueOrDefault(WebSettings.ApiKey, ""),
            WebSettings.SessionOf(channelId, values),
            values.GetValueOrDefault(WebSettings.WebhookSecret, ""),
            values.GetValueOrDefault(WebSettings.Groups) == "true"
        );

    /// <summary>Another secret of the same session: whoever has one does not know the other.</summary>
    public string Derived(string purpose) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(WebhookSecret),
                Encoding.UTF8.GetBytes($"{purpose}:{ChannelId:N}")
            )
        );

    // The compiler's own would print the secrets.
    public override string ToString() => $"{Session}@{Root}";
}

/// <summary>Marks the texts of WhatsApp Web channels.</summary>
public sealed class WhatsAppWebText;
