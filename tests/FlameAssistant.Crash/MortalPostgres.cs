using System.Diagnostics;
using System.Globalization;
using FlameAssistant.Data.Platform.Embedded;
using Npgsql;

namespace FlameAssistant.Crash;

/// <summary>A PostgreSQL of this run's own, with fsync on, that is killed and started again on the same data and port.</summary>
internal sealed class MortalPostgres : IAsyncDisposable
{
    private readonly string root;
    private EmbeddedPostgres server;

    private MortalPostgres(string root, EmbeddedPostgres server) =>
        (this.root, this.server) = (root, server);

    public string ConnectionString => server.ConnectionString;

    public Version Version => server.Version;

    public static async Task<MortalPostgres> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("flame-crash-").FullName;
        return new MortalPostgres(folder, await StartAsync(folder));
    }

    /// <summary>kill -9 of the postmaster and of every backend at once: what was not on the disk is gone.</summary>
    public async Task KillAsync()
    {
        var postmaster = int.Parse(
            File.ReadLines(Path.Combine(server.DataPath, "postmaster.pid")).First(),
            CultureInfo.InvariantCulture
        );
        using var process = Process.GetProcessById(postmaster);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>Recovers from the log, on the port that everybody knows.</summary>
    public async Task RestartAsync()
    {
        var before = server.ConnectionString;
        await server.DisposeAsync();
        server = await StartAsync(root);
        NpgsqlConnection.ClearAllPools();
        if (server.ConnectionString != before)
        {
            throw new InvalidOperationException(
                "PostgreSQL came back on another port: another program has taken its own."
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        var data = server.DataPath;
        await server.DisposeAsync();
        Directory.Delete(root, recursive: true);
        // Where the server's user cannot enter a temporary folder, its data are elsewhere.
        var cluster = Path.GetDirectoryName(Path.GetDirectoryName(data))!;
        if (Directory.Exists(cluster) && cluster != root)
        {
            Directory.Delete(cluster, recursive: true);
        }
    }

    private static Task<EmbeddedPostgres> StartAsync(string folder) =>
        EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { RootPath = folder, Durable = true },
            _ => { }
        );
}
