using System.Text;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>A type of file that may be kept, as its content says.</summary>
/// <param name="Kind"><c>image</c>, <c>audio</c>, <c>video</c> or <c>document</c>.</param>
public sealed record FileType(string Kind, string ContentType, IReadOnlyList<string> Extensions);

/// <summary>
/// Says what a file is by its first bytes. Only what is known is taken, and only under a name that fits: a program that
/// calls itself a picture is neither.
/// </summary>
public static class FileTypes
{
    public const int Needed = 8192;

    private static readonly FileType jpeg = new("image", "image/jpeg", [".jpg", ".jpeg", ".jfif"]);
    private static readonly FileType png = new("image", "image/png", [".png"]);
    private static readonly FileType gif = new("image", "image/gif", [".gif"]);
    private static readonly FileType webp = new("image", "image/webp", [".webp"]);
    private static readonly FileType pdf = new("document", "application/pdf", [".pdf"]);
    private static readonly FileType mp4 = new("video", "video/mp4", [".mp4", ".m4v", ".mov"]);
    private static readonly FileType threeGp = new("video", "video/3gpp", [".3gp", ".3gpp"]);
    private static readonly FileType m4a = new("audio", "audio/mp4", [".m4a", ".mp4"]);
    private static readonly FileType webm = new("video", "video/webm", [".webm"]);
    private static readonly FileType ogg = new("audio", "audio/ogg", [".ogg", ".oga", ".opus"]);
    private static readonly FileType mp3 = new("audio", "audio/mpeg", [".mp3"]);
    private static readonly FileType aac = new("audio", "audio/aac", [".aac"]);
    private static readonly FileType amr = new("audio", "audio/amr", [".amr"]);
    private static readonly FileType wav = new("audio", "audio/wav", [".wav"]);
    private static readonly FileType text = new("document", "text/plain", [".txt", ".csv", ".log"]);
    private static readonly FileType oldOffice = new(
        "document",
        "application/msword",
        [".doc", ".xls", ".ppt"]
    );

    private static readonly Dictionary<string, string> offices = new(
        StringComparer.OrdinalIgnoreCase
    )
    {
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        [".odt"] = "application/vnd.oasis.opendocument.text",
        [".ods"] = "application/vnd.oasis.opendocument.spreadsheet",
    };

    /// <returns>Null for what is not taken at all.</returns>
    public static FileType? Sniff(ReadOnlySpan<byte> head, string fileName)
    {
        var extension = Path.GetExtension(fileName);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return jpeg;
        }
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return png;
        }
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
        {
            return gif;
        }
        if (head.StartsWith("RIFF"u8) && head.Length >= 12)
        {
            return head[8..12].SequenceEqual("WEBP"u8) ? webp
                : head[8..12].SequenceEqual("WAVE"u8) ? wav
                : null;
        }
        if (head.StartsWith("%PDF-"u8))
        {
            return pdf;
        }
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
        {
            var brand = Encoding.ASCII.GetString(head[8..12]);
            return brand.StartsWith("3g", StringComparison.Ordinal) ? threeGp
                : brand is "M4A " or "M4B " ? m4a
                : mp4;
        }
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            return webm;
        }
        if (head.StartsWith("OggS"u8))
        {
            return ogg;
        }
        if (head.StartsWith("#!AMR"u8))
        {
            return amr;
        }
        if (head.StartsWith("ID3"u8))
        {
            return mp3;
        }
        if (head.Length >= 2 && head[0] == 0xFF && (head[1] & 0xE0) == 0xE0)
        {
            return (head[1] & 0x06) == 0 ? aac : mp3;
        }
        if (head.StartsWith((ReadOnlySpan<byte>)[0x50, 0x4B, 0x03, 0x04]))
        {
            return offices.TryGetValue(extension, out var office)
                ? new FileType("document", office, [extension.ToLowerInvariant()])
                : null;
        }
        if (head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
        {
            return oldOffice;
        }
        return IsText(head) && text.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase)
            ? text
            : null;
    }

    /// <summary>Whether the name fits the content; a name without an ending always does.</summary>
    public static bool Fits(FileType type, string fileName) =>
        Path.GetExtension(fileName) is var extension
        && (
            extension.Length == 0
            || type.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase)
        );

    /// <summary>The name as people see it: no folders, no control characters, at most 255.</summary>
    public static string CleanName(string fileName)
    {
        var name = string.Concat(
                Data.Shared.StorableText.Clean(fileName)
                    .Select(c => char.IsControl(c) || c is '/' or '\\' ? '_' : c)
            )
            .Trim()
            .TrimStart('.');
        return name.Length == 0 ? "file"
            : name.Length <= 255 ? name
            : name[..200].TrimEnd() + Path.GetExtension(name) is { Length: <= 255 } shorter
                ? shorter
            : name[..200];
    }

    private static bool IsText(ReadOnlySpan<byte> head) =>
        head.Length > 0
        && !head.ContainsAnyInRange((byte)0, (byte)8)
        && !head.ContainsAnyInRange((byte)14, (byte)26);
}
