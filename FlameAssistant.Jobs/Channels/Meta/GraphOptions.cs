namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>Where the Graph API is: <c>Flame__Channels__Graph__{BaseUrl,Version}</c>.</summary>
public sealed class GraphOptions
{
    public string BaseUrl { get; set; } = "https://graph.facebook.com";
    public string Version { get; set; } = "v25.0";

    /// <summary>Whether a channel may carry its own address; only in Development, so that a real token never goes astray.</summary>
    public bool AllowChannelBaseUrl { get; set; }

    internal string RootOf(string? channelBaseUrl) =>
        $"{(AllowChannelBaseUrl && channelBaseUrl is { Length: > 0 } ? channelBaseUrl : BaseUrl).TrimEnd('/')}/{Version}";
}
