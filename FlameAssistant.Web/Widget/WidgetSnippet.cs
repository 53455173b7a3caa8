using FlameAssistant.Data.Channels.WebChat;

namespace FlameAssistant.Web.Widget;

/// <summary>What an admin copies into their site, and where the widget can be tried.</summary>
public static class WidgetSnippet
{
    /// <param name="publicUrl">Of this installation, as browsers reach it.</param>
    public static string Of(string publicUrl, Guid channelId) =>
        $"""<script src="{publicUrl.TrimEnd('/')}/widget.js?key={WidgetKey.Of(channelId)}" async></script>""";

    /// <summary>For who is signed in on the site, with a token that the site's own server has signed.</summary>
    public static string OfIdentified(string publicUrl, Guid channelId) =>
        $$"""
            <script>window.flameAssistantSettings = { identity_jwt: "…" };</script>
            {{Of(publicUrl, channelId)}}
            """;

    /// <summary>What a site with a Content-Security-Policy adds to it.</summary>
    public static string PolicyOf(string publicUrl) =>
        $"script-src {publicUrl.TrimEnd('/')}; frame-src {publicUrl.TrimEnd('/')}";

    public static string DemoPath(Guid channelId) => $"/widget/demo/{channelId:D}";
}
