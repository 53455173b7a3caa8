using System.Globalization;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>The root folder: its locks, and one cluster folder per PostgreSQL major.</summary>
internal sealed record ServerHome(string RootPath)
{
    internal string OwnerLockFile => Path.Combine(RootPath, "postgres.lock");

    internal string UsersLockFile => Path.Combine(RootPath, "postgres.users.lock");

    private string LocationFile => Path.Combine(RootPath, "postgres.location");

    /// <summary>The folder of the clusters: the root folder, or the place that was chosen instead of it.</summary>
    internal string Location =>
        File.Exists(LocationFile) ? File.ReadAllText(LocationFile).Trim() : RootPath;

    internal static ServerHome Open(string rootPath)
    {
        Directory.CreateDirectory(rootPath);
        return new ServerHome(RealPath(Path.GetFullPath(rootPath)));
    }

    /// <summary>The cluster that holds data; with several, the one of the newest major.</summary>
    internal ClusterFolder? FindCluster() =>
        Directory.Exists(Location)
            ? Directory
                .EnumerateDirectories(Location, "pg*")
                .Select(path =>
                    int.TryParse(
                        Path.GetFileName(path)[2..],
                        CultureInfo.InvariantCulture,
                        out var major
                    )
                        ? new ClusterFolder(path, major)
                        : null
                )
                .Where(cluster => cluster is { HasData: true })
                .MaxBy(cluster => cluster!.Major)
            : null;

    internal ClusterFolder Cluster(int major) => new(Path.Combine(Location, $"pg{major}"), major);

    /// <summary>
    /// A checkout in /root is closed to every user but root, and PostgreSQL is not root: then the clusters live under
    /// /var/lib, and a file in the root folder says where.
    /// </summary>
    internal async Task EnsureLocationAsync(
        ServerAccount account,
        Action<string> log,
        CancellationToken ct
    )
    {
        if (await account.CanEnterAsync(Location, ct))
            return;

        var elsewhere = $"/var/lib/flame-assistant/{Guid.CreateVersion7():N}";
        Directory.CreateDirectory(elsewhere);
        await File.WriteAllTextAsync(LocationFile, elsewhere, ct);
        log(
            $"The user {account.User} cannot enter {RootPath}: PostgreSQL keeps its data in {elsewhere}."
        );
    }

    // PostgreSQL writes down the path it was given; through a symbolic link the same folder would look like another.
    private static string RealPath(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (parent is null)
            return path;
        var target = new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true);
        return target is null
            ? Path.Combine(RealPath(parent), Path.GetFileName(path))
            : RealPath(target.FullName);
    }
}
