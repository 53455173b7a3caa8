namespace FlameAssistant.Web.Features.Account;

/// <summary>What a browser says it is, in the few words that a person needs to know their own devices apart.</summary>
/// <param name="Browser">Null when it says nothing that is known.</param>
internal sealed record Device(string? Browser, string? System, bool IsPhone)
{
    // The order matters: each of these also calls itself the ones after it.
    private static readonly (string Mark, string Name)[] browsers =
    [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] systems =
    [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ];

    public static Device Of(string? userAgent)
    {
        var text = userAgent ?? "";
        return new Device(
            Find(browsers, text),
            Find(systems, text),
            text.Contains("Mobile", StringComparison.Ordinal)
        );
    }

    private static string? Find((string Mark, string Name)[] names, string text) =>
        names.FirstOrDefault(n => text.Contains(n.Mark, StringComparison.Ordinal)).Name;
}
