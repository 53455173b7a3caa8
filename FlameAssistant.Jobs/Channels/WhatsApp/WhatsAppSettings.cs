using FlameAssistant.Data.Channels;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>What a number of the WhatsApp Cloud API needs.</summary>
internal static class WhatsAppSettings
{
    public const string PhoneNumberId = "phone_number_id";
    public const string WabaId = "waba_id";
    public const string AccessToken = "access_token";
    public const string AppSecret = "app_secret";
    public const string VerifyToken = "verify_token";
    public const string BaseUrl = "base_url";

    public static ChannelDefinition Definition { get; } =
        new(
            ChannelTypes.WhatsApp,
            "WhatsApp",
            AccountField: PhoneNumberId,
            [
                new(PhoneNumberId) { IsRequired = true, Pattern = @"[^\s/?#]+" },
                new(WabaId) { IsRequired = true, Pattern = @"[^\s/?#]+" },
                new(AccessToken, ChannelFieldKind.Secret) { IsRequired = true, MaxLength = 2000 },
                new(AppSecret, ChannelFieldKind.Secret) { IsRequired = true },
                new(VerifyToken, ChannelFieldKind.Secret) { IsRequired = true, IsGenerated = true },
                new(SendPace.PerSecondField, ChannelFieldKind.Number)
                {
                    IsAdvanced = true,
                    Min = 1,
                    Max = 1000,
                },
                new(SendPace.PerCustomerField, ChannelFieldKind.Number)
                {
                    IsAdvanced = true,
                    Min = 0,
                    Max = 60,
                },
                new(BaseUrl) { IsAdvanced = true, IsDevelopmentOnly = true },
            ],
            ReplyWindow: TimeSpan.FromHours(24),
            ReopenWithin: TimeSpan.FromHours(72)
        )
        {
            Texts = typeof(WhatsAppText),
            GroupField = WabaId,
            Addresses =
            [
                new("callback"),
                new("verify_token", ChannelAddressKind.Value, VerifyToken),
            ],
        };
}

/// <summary>Marks the texts of WhatsApp channels.</summary>
public sealed class WhatsAppText;
