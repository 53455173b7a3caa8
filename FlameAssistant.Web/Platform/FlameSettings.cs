namespace FlameAssistant.Web.Platform;

/// <summary>Settings that the host itself needs; see the README's table.</summary>
internal static class FlameSettings
{
    public const string DefaultUrl = "http://localhost:5080";

    public static void AddFlameSettings(this WebApplicationBuilder builder)
    {
        var urls =
            builder.Configuration["Flame:Urls"] ?? builder.Configuration["URLS"] ?? DefaultUrl;
        Startup.RefuseTakenPort(urls);
        builder.WebHost.UseUrls(urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(25)
        );
    }

    /// <summary>
    /// The folder of the installation's own files (<c>.flame</c>): beside the solution in a checkout, else in the current
    /// folder; or where <c>Flame__Embedded__DataPath</c> says.
    /// </summary>
    public static string DataPath(IConfiguration configuration)
    {
        if (configuration["Flame:Embedded:DataPath"] is { Length: > 0 } given)
        {
            return Path.GetFullPath(given);
        }
        for (
            var folder = new DirectoryInfo(Directory.GetCurrentDirectory());
            folder is not null;
            folder = folder.Parent
        )
        {
            if (File.Exists(Path.Combine(folder.FullName, "FlameAssistant.sln")))
            {
                return Path.Combine(folder.FullName, ".flame");
            }
        }
        return Path.GetFullPath(".flame");
    }
}
