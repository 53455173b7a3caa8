using Microsoft.Playwright;

namespace FlameAssistant.E2E.Tests;

/// <summary>A page far away from its server: what it says and what it hears takes its time, in order.</summary>
internal static class SlowLine
{
    /// <summary>Each way, in milliseconds: a phone with a bad connection, or a server on another continent.</summary>
    private const int Lag = 300;

    // Of a page's own, so that neither the server nor the database waits with it.
    private static readonly string script = $$"""
        (() => {
          const later = (act) => setTimeout(act, {{Lag}});
          window.WebSocket = class extends window.WebSocket {
            send(data) { later(() => this.readyState === WebSocket.OPEN && super.send(data)); }
            set onmessage(heard) { super.onmessage = (event) => later(() => heard.call(this, event)); }
            get onmessage() { return super.onmessage; }
          };
        })();
        """;

    public static Task BeginAsync(IPage page) => page.AddInitScriptAsync(script);
}
