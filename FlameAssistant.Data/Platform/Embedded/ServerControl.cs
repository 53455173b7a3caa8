using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>Starts and stops the server of one cluster folder.</summary>
internal sealed class ServerControl(
    ClusterFolder cluster,
    ServerAccount account,
    EmbeddedPostgresOptions options
)
{
    private const long LargestLog = 5_000_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Makes the server run and accept connections, whether it was left over or not; returns its port.</summary>
    internal async Task<int> EnsureRunningAsync(
        ServerSecrets secrets,
        Action<string> log,
        CancellationToken ct
    )
    {
        var started = options.Clock.GetTimestamp();
        var mine = false;
        var reason = "it did not answer";
        while (options.Clock.GetElapsedTime(started) < options.Patience)
        {
            if (PostmasterFile.FindRunning(cluster.DataPath) is not { } running)
            {
                reason = await TryStartAsync(secrets, ct);
                mine = reason.Length == 0;
                if (!mine && !IsPassing(reason))
                    throw EmbeddedPostgresException.NotStarted(reason, cluster.LogFile);
            }
            else if (await AnswersAsync(secrets, running.Port, ct))
            {
                log(
                    mine
                        ? $"PostgreSQL runs on port {running.Port}, data in {cluster.DataPath}."
                        : $"Took over the PostgreSQL on port {running.Port} that an earlier run left behind."
                );
                return running.Port;
            }

            if (!mine)
                await Task.Delay(Pause, options.Clock, ct);
        }

        throw EmbeddedPostgresException.NotStarted(reason, cluster.LogFile);
    }

    internal async Task StopAsync(string binPath)
    {
        var pgCtl = Path.Combine(binPath, "pg_ctl");
        var seconds = options.Patience.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        string[] arguments = ["stop", "-w", "-s", "-t", seconds, "-D", cluster.DataPath, "-m"];
        var result = await account.RunAsync(pgCtl, [.. arguments, "fast"], CancellationToken.None);
        if (!result.Succeeded && PostmasterFile.FindRunning(cluster.DataPath) is not null)
            await account.RunAsync(pgCtl, [.. arguments, "immediate"], CancellationToken.None);
    }

    // Returns the reason of a failure, empty for success.
    private async Task<string> TryStartAsync(ServerSecrets secrets, CancellationToken ct)
    {
        var port = FreePort(secrets.Port);
        await ServerSettings.WriteAsync(cluster.DataPath, options, port, ct);
        var log = new FileInfo(cluster.LogFile);
        if (log is { Exists: true, Length: > LargestLog })
            log.Delete();
        log.Refresh();
        var begin = log.Exists ? log.Length : 0;

        // Always -l: without it the server keeps our pipes open and the command never ends.
        var seconds = options.Patience.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        var result = await account.RunAsync(
            Path.Combine(secrets.BinPath, "pg_ctl"),
            ["start", "-w", "-s", "-t", seconds, "-l", cluster.LogFile, "-D", cluster.DataPath],
            ct
        );
        return result.Succeeded ? "" : LastWords(begin) ?? result.Reason;
    }

    private async Task<bool> AnswersAsync(ServerSecrets secrets, int port, CancellationToken ct)
    {
        if (port == 0)
            return false;
        var result = await Connections.ProbeAsync(
            Connections.ForSuperuser(secrets with { Port = port }),
            ct
        );
        return result == ProbeResult.WrongPassword
            ? throw EmbeddedPostgresException.NoPasswords(cluster.SecretsFile, cluster.Path)
            : result == ProbeResult.Accepted;
    }

    // Another process took the port meanwhile, or the children of a killed server have not all left yet.
    private static bool IsPassing(string reason) =>
        Array.Exists(
            ["TCP/IP", "could not bind", "shared memory block", "lock file"],
            part => reason.Contains(part, StringComparison.Ordinal)
        );

    private string? LastWords(long begin)
    {
        if (!File.Exists(cluster.LogFile))
            return null;
        using var file = new FileStream(
            cluster.LogFile,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite
        );
        file.Seek(begin, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return Array.FindLast(lines, line => line.Contains("FATAL:", StringComparison.Ordinal))
            ?? lines.LastOrDefault();
    }

    // The port of last time if it is free, so that what a person noted down stays true.
    private static int FreePort(int preferred)
    {
        foreach (var port in new[] { preferred, 0 }.Distinct())
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException) when (port != 0) { }
        }

        return preferred;
    }
}
