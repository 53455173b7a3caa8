using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>The npm package: it comes without its library links, and perhaps in a place that the server's user cannot enter.</summary>
internal static class PackagedBinaries
{
    private const string LinksFile = "pg-symlinks.json";

    internal static bool IsPackage(string binPath) =>
        File.Exists(Path.Combine(RootOf(binPath), LinksFile));

    /// <summary>Makes the links that the package's install script would make; a folder we cannot write to stays as it is.</summary>
    internal static async Task LinkLibrariesAsync(string binPath, CancellationToken ct)
    {
        var root = RootOf(binPath);
        var json = await File.ReadAllTextAsync(Path.Combine(root, LinksFile), ct);
        foreach (
            var link in JsonSerializer.Deserialize<LibraryLink[]>(json, JsonSerializerOptions.Web)
                ?? []
        )
        {
            // Paths are written from the package's folder: native/lib/libpq.so.5.18.
            var target = Path.GetFullPath(Path.Combine(root, "..", link.Target));
            var source = Path.GetFullPath(Path.Combine(root, "..", link.Source));
            if (
                !target.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                || File.Exists(target)
            )
                continue;
            try
            {
                File.CreateSymbolicLink(
                    target,
                    Path.GetRelativePath(Path.GetDirectoryName(target)!, source)
                );
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Read-only, or another process was faster: the programs themselves will tell.
            }
        }
    }

    /// <summary>Copies the package beside the data, once per version of it, and returns the copy's bin folder.</summary>
    internal static async Task<string> CopyAsync(
        string binPath,
        string location,
        CancellationToken ct
    )
    {
        var stamp = File.GetLastWriteTimeUtc(Path.Combine(binPath, "postgres")).Ticks;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{binPath}:{stamp}"));
        var copy = Path.Combine(location, $"binaries-{Convert.ToHexStringLower(hash)[..12]}");
        var native = Path.Combine(copy, "native");
        if (!Directory.Exists(copy))
        {
            var unfinished = $"{copy}.new";
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
            CopyFolder(RootOf(binPath), Path.Combine(unfinished, "native"));
            Directory.Move(unfinished, copy);
        }

        await LinkLibrariesAsync(Path.Combine(native, "bin"), ct);
        return Path.Combine(native, "bin");
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from))
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (
            var file in new DirectoryInfo(from)
                .EnumerateFiles()
                .Where(file => file.LinkTarget is null)
        )
            file.CopyTo(Path.Combine(to, file.Name));
    }

    private static string RootOf(string binPath) => Path.GetDirectoryName(binPath)!;

    private sealed record LibraryLink(string Source, string Target);
}
