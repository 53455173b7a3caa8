using System.Globalization;

namespace FlameAssistant.Web.Shared;

/// <summary>Bytes as people say them: 812 KB, 3.4 MB, 12 GB. Nothing is said of what is not known.</summary>
public static class FileSize
{
    private static readonly string[] units = ["KB", "MB", "GB", "TB"];

    public static string Of(long? bytes) => bytes is { } known ? Of(known) : "";

    public static string Of(long bytes)
    {
        var value = bytes == 0 ? 0 : Math.Max(1, bytes / 1024d);
        var unit = 0;
        while (value >= 1000 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }
        return $"{value.ToString(value < 10 && unit > 0 ? "0.#" : "0", CultureInfo.CurrentCulture)} {units[unit]}";
    }
}
