using System.Runtime.Versioning;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>Writes a file that only its owner can read, whole or not at all.</summary>
[UnsupportedOSPlatform("windows")]
internal static class PrivateFile
{
    internal static async Task WriteAsync(string path, string text, CancellationToken ct)
    {
        var unfinished = path + ".tmp";
        File.Delete(unfinished);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using (var file = new FileStream(unfinished, options))
        await using (var writer = new StreamWriter(file))
        {
            await writer.WriteAsync(text.AsMemory(), ct);
            await writer.FlushAsync(ct);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
