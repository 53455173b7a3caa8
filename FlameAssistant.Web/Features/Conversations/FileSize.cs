using System.Globalization;

namespace FlameAssistant.Web.Features.Conversations;

public static class FileSize
{
    /// <summary>12 KB, 3.4 MB; empty when it is not known.</summary>
    public static string Of(long? bytes) =>
        bytes switch
        {
            null => "",
            < 1024 * 1024 => string.Create(
                CultureInfo.CurrentCulture,
                $"{Math.Max(1, bytes.Value / 1024):N0} KB"
            ),
            _ => string.Create(CultureInfo.CurrentCulture, $"{bytes.Value / 1048576d:N1} MB"),
        };
}
