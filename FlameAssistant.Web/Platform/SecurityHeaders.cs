using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Platform;

/// <summary>What every answer tells the browser to refuse. MudBlazor sets styles inline; scripts need this answer's nonce.</summary>
internal static class SecurityHeaders
{
    public static void UseSecurityHeaders(this WebApplication app) =>
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    var headers = context.Response.Headers;
                    headers.XContentTypeOptions = "nosniff";
                    headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
                    headers["Permissions-Policy"] =
                        "camera=(), geolocation=(), microphone=(self), payment=()";
                    if (!headers.ContainsKey("Content-Security-Policy"))
                    {
                        headers.ContentSecurityPolicy =
                            "default-src 'self'; "
                            + $"script-src 'self' 'nonce-{CspNonce.Of(context)}'; "
                            + "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
                            + "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
                    }
                    if (context.Request.IsHttps)
                    {
                        headers.StrictTransportSecurity = "max-age=31536000";
                    }
                    return Task.CompletedTask;
                });
                return next(context);
            }
        );
}
