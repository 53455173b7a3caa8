namespace FlameAssistant.Jobs.Channels.Telegram;

/// <summary>Where the Bot API is: <c>Flame__Channels__Telegram__BaseUrl</c>.</summary>
public sealed class TelegramOptions
{
    public string BaseUrl { get; set; } = "https://api.telegram.org";

    /// <summary>Whether a channel may carry its own address; only in Development, so that a real token never goes astray.</summary>
    public bool AllowChannelBaseUrl { get; set; }

    internal string RootOf(string? channelBaseUrl) =>
        (AllowChannelBaseUrl && channelBaseUrl is not null ? channelBaseUrl : BaseUrl).TrimEnd('/');
}
