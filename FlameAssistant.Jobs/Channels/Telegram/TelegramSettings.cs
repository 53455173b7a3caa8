using FlameAssistant.Data.Channels;

namespace FlameAssistant.Jobs.Channels.Telegram;

internal static class TelegramSettings
{
    public const string BotToken = "bot_token";
    public const string SecretToken = "secret_token";
    public const string BaseUrl = "base_url";

    public static ChannelDefinition Definition { get; } =
        new(
            ChannelTypes.Telegram,
            "Telegram",
            AccountField: BotToken,
            [
                new(BotToken, ChannelFieldKind.Secret)
                {
                    IsRequired = true,
                    Pattern = "[0-9]{1,20}:[A-Za-z0-9_-]{10,100}",
                },
                new(SecretToken, ChannelFieldKind.Secret)
                {
                    IsGenerated = true,
                    IsAdvanced = true,
                    Pattern = "[A-Za-z0-9_-]{1,256}",
                },
                new(BaseUrl) { IsAdvanced = true, IsDevelopmentOnly = true },
            ],
            ReplyWindow: null,
            ReopenWithin: TimeSpan.FromHours(72)
        )
        {
            Texts = typeof(TelegramText),
            // A bot's token begins with the bot's number.
            AccountOf = (_, values) => values.GetValueOrDefault(BotToken)?.Split(':')[0],
            SecretField = SecretToken,
        };
}

/// <summary>Marks the texts of Telegram channels.</summary>
public sealed class TelegramText;
