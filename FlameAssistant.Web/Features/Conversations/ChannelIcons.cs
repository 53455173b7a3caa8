namespace FlameAssistant.Web.Features.Conversations;

public static class ChannelIcons
{
    public static string Of(string channelType) =>
        channelType switch
        {
            "whatsapp" or "whatsapp_web" => "phone",
            "messenger" => "message-circle",
            "instagram" => "camera",
            "telegram" => "send",
            "web_chat" => "globe",
            _ => "message-square",
        };
}
