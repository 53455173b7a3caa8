namespace FlameAssistant.Simulator.Page;

/// <summary>The customer's page: three files out of the assembly.</summary>
internal static class PageFiles
{
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

    public static void Map(IEndpointRouteBuilder app)
    {
        Serve(app, "/", "index.html", "text/html; charset=utf-8");
        Serve(app, "/simulator.css", "simulator.css", "text/css; charset=utf-8");
        Serve(app, "/simulator.js", "simulator.js", "text/javascript; charset=utf-8");
    }

    private static void Serve(IEndpointRouteBuilder app, string path, string file, string type) =>
        app.MapGet(
            path,
            (HttpContext http) =>
            {
                http.Response.Headers.ContentSecurityPolicy = Policy;
                http.Response.Headers.XContentTypeOptions = "nosniff";
                http.Response.Headers.CacheControl = "no-cache";
                return Results.Stream(
                    typeof(PageFiles).Assembly.GetManifestResourceStream($"wwwroot/{file}")!,
                    type
                );
            }
        );
}
