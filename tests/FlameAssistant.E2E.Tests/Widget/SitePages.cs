using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FlameAssistant.E2E.Tests.Widget;

/// <summary>
/// A shop's site, as strict as a site can be: nothing runs or is shown on it but what its policy names. The browser finds it
/// under every name that ends in <c>.localhost</c>.
/// </summary>
public sealed class SitePages : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task serving;
    private readonly int port;

    public SitePages()
    {
        port = AppProcess.FreePort();
        // Whatever name the browser calls it by.
        listener.Prefixes.Add($"http://*:{port}/");
        listener.Start();
        serving = ServeAsync();
    }

    /// <param name="name">As in <c>shop</c>.</param>
    public string OriginOf(string name) => $"http://{name}.localhost:{port}";

    /// <summary>A page with the widget of this installation.</summary>
    /// <param name="site">As in <c>shop</c>.</param>
    public string PageOf(string site, string widgetUrl, string key, string language = "en") =>
        $"{OriginOf(site)}/?widget={Uri.EscapeDataString(widgetUrl)}&key={key}&lang={language}";

    /// <summary>A page that shows the frame itself, without the script.</summary>
    public string ThiefOf(string site, string widgetUrl, string key) =>
        $"{OriginOf(site)}/thief?widget={Uri.EscapeDataString(widgetUrl)}&key={key}";

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                await AnswerAsync(await listener.GetContextAsync());
            }
            catch (Exception ex)
                when (ex
                        is HttpListenerException
                            or ObjectDisposedException
                            or InvalidOperationException
                            or SocketException
                )
            {
                // The test is over, or a browser went.
            }
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context)
    {
        var query = context.Request.QueryString;
        var widget = query["widget"];
        if (widget is null)
        {
            context.Response.StatusCode = 404;
            context.Response.Close();
            return;
        }
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers["Content-Security-Policy"] =
            $"default-src 'none'; script-src {widget}; frame-src {widget}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";
        var body = context.Request.Url!.AbsolutePath.StartsWith("/thief", StringComparison.Ordinal)
            ? $"<iframe src=\"{widget}/widget/frame?key={query["key"]}\" width=\"400\" height=\"600\"></iframe>"
            : $"<script src=\"{widget}/widget.js?key={query["key"]}\" async></script>";
        var html = Encoding.UTF8.GetBytes(
            $"<!DOCTYPE html><html lang=\"{query["lang"] ?? "en"}\"><head><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Shop</title></head><body><h1>Shop</h1><a href=\"#top\">First link</a>{body}</body></html>"
        );
        await context.Response.OutputStream.WriteAsync(html);
        context.Response.Close();
    }
}
