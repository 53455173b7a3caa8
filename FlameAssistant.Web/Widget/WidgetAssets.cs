using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace FlameAssistant.Web.Widget;

/// <summary>A script or a sheet of the widget, and the name of its content.</summary>
internal sealed record WidgetAsset(string ContentType, byte[] Bytes, string Hash)
{
    public static WidgetAsset Of(string contentType, byte[] bytes) =>
        new(contentType, bytes, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
}

/// <summary>
/// What lies in <c>Widget/Assets</c>. Its address holds the hash of its content, so that a browser keeps it for good, and a
/// new version has a new address.
/// </summary>
internal static class WidgetAssets
{
    public const string Loader = "loader.js";

    private static readonly FrozenDictionary<string, WidgetAsset> all = new[]
    {
        Loader,
        "frame.js",
        "frame.css",
        "demo.css",
    }.ToFrozenDictionary(name => name, Read, StringComparer.Ordinal);

    public static WidgetAsset? Find(string name) => all.GetValueOrDefault(name);

    public static string Text(string name) => Encoding.UTF8.GetString(all[name].Bytes);

    public static string Url(string name) => $"/widget/assets/{name}?v={all[name].Hash}";

    private static WidgetAsset Read(string name)
    {
        using var stream = typeof(WidgetAssets).Assembly.GetManifestResourceStream(
            $"widget/{name}"
        )!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return WidgetAsset.Of(
            name.EndsWith(".css", StringComparison.Ordinal)
                ? "text/css; charset=utf-8"
                : "text/javascript; charset=utf-8",
            bytes.ToArray()
        );
    }
}
