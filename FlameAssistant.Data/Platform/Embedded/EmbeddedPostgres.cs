using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>
/// The private PostgreSQL of this checkout. The first process owns it; others attach; the last one that leaves stops it.
/// </summary>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    private readonly ServerPresence _presence;
    private readonly ServerControl _control;
    private readonly ServerSecrets _secrets;
    private bool _disposed;

    private EmbeddedPostgres(
        ServerPresence presence,
        ServerControl control,
        ServerSecrets secrets,
        ClusterFolder cluster,
        EmbeddedPostgresOptions options,
        Version version
    )
    {
        (_presence, _control, _secrets) = (presence, control, secrets);
        Owned = presence.Owns;
        DataPath = cluster.DataPath;
        Version = version;
        ConnectionString = Connections.ForOwner(secrets, options.DatabaseName);
        SuperuserConnectionString = Connections.ForSuperuser(secrets);
    }

    /// <summary>For the login <c>flame</c>: owner of the database, CREATEROLE and CREATEDB, no superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>For tests only; the product never uses a superuser.</summary>
    public string SuperuserConnectionString { get; }

    /// <summary>PostgreSQL's data folder.</summary>
    public string DataPath { get; }

    /// <summary>The server's version.</summary>
    public Version Version { get; }

    /// <summary>True when this process started the server or took a left-over one over; false when it attached.</summary>
    public bool Owned { get; }

    /// <summary>Starts, takes over or attaches to the server of the root folder.</summary>
    /// <exception cref="EmbeddedPostgresException">It cannot run; the message says why and what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options,
        Action<string> log,
        CancellationToken ct = default
    )
    {
        if (OperatingSystem.IsWindows())
            throw EmbeddedPostgresException.NotOnWindows();
        if (!DatabaseNames().IsMatch(options.DatabaseName))
            throw new ArgumentException(
                "A database name is lower-case letters, digits and underscores.",
                nameof(options)
            );

        try
        {
            var home = ServerHome.Open(options.RootPath);
            var started = options.Clock.GetTimestamp();
            while (options.Clock.GetElapsedTime(started) < options.Patience)
            {
                if (await TryOnceAsync(home, options, log, ct) is { } server)
                    return server;
                await Task.Delay(TimeSpan.FromMilliseconds(100), options.Clock, ct);
            }

            throw EmbeddedPostgresException.OwnerSilent(home.RootPath);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw EmbeddedPostgresException.NotWritable(options.RootPath, e);
        }
    }

    /// <summary>Leaves the server; the last process that leaves stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        using var last = _presence.Leave();
        if (last is not null)
            await _control.StopAsync(_secrets.BinPath);
    }

    /// <summary>Lets go of the locks as a killed process would; the server stays.</summary>
    internal void Abandon()
    {
        _disposed = true;
        _presence.Dispose();
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task<EmbeddedPostgres?> TryOnceAsync(
        ServerHome home,
        EmbeddedPostgresOptions options,
        Action<string> log,
        CancellationToken ct
    )
    {
        var presence = ServerPresence.TryEnter(home);
        if (presence is null)
            return null;

        EmbeddedPostgres? server = null;
        try
        {
            server = presence.Owns
                ? await OwnAsync(presence, home, options, log, ct)
                : await TryAttachAsync(presence, home, options, log, ct);
            return server;
        }
        finally
        {
            if (server is null)
                presence.Dispose();
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task<EmbeddedPostgres> OwnAsync(
        ServerPresence presence,
        ServerHome home,
        EmbeddedPostgresOptions options,
        Action<string> log,
        CancellationToken ct
    )
    {
        var existing = home.FindCluster();
        var account = await ServerAccount.ChooseAsync(existing?.DataPath, ct);
        await home.EnsureLocationAsync(account, log, ct);
        var binaries = await BinariesSearch.FindAsync(
            options,
            account,
            home.Location,
            existing,
            ct
        );
        var cluster = existing ?? home.Cluster(binaries.Major);
        Directory.CreateDirectory(
            cluster.Path,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        var secrets = await ServerSecrets.EnsureAsync(cluster, binaries.BinPath, ct);
        await cluster.EnsureDataAsync(binaries, account, secrets, options.Durable, ct);

        var control = new ServerControl(cluster, account, options);
        try
        {
            secrets = secrets with { Port = await control.EnsureRunningAsync(secrets, log, ct) };
            await OwnerLogin.EnsureAsync(secrets, options.DatabaseName, ct);
            await secrets.WriteAsync(cluster.SecretsFile, ct);
            await account.GiveAsync(cluster.SecretsFile, ct);
        }
        catch
        {
            using var last = presence.Leave();
            if (last is not null)
                await control.StopAsync(binaries.BinPath);
            throw;
        }

        return new EmbeddedPostgres(presence, control, secrets, cluster, options, binaries.Version);
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task<EmbeddedPostgres?> TryAttachAsync(
        ServerPresence presence,
        ServerHome home,
        EmbeddedPostgresOptions options,
        Action<string> log,
        CancellationToken ct
    )
    {
        // Nothing yet, or no answer: the owner is still starting, and the caller asks again.
        if (home.FindCluster() is not { } cluster)
            return null;
        if (await ServerSecrets.ReadAsync(cluster.SecretsFile, ct) is not { Port: > 0 } secrets)
            return null;
        var answer = await Connections.ProbeAsync(
            Connections.ForOwner(secrets, options.DatabaseName),
            ct
        );
        if (answer == ProbeResult.NoSuchDatabase)
            await OwnerLogin.EnsureAsync(secrets, options.DatabaseName, ct);
        else if (answer != ProbeResult.Accepted)
            return null;

        log($"Another process runs PostgreSQL on port {secrets.Port}: using it.");
        var account = await ServerAccount.ChooseAsync(cluster.DataPath, ct);
        var binaries = await PostgresBinaries.ProbeAsync(secrets.BinPath, account, ct);
        var control = new ServerControl(cluster, account, options);
        return new EmbeddedPostgres(
            presence,
            control,
            secrets,
            cluster,
            options,
            binaries?.Version ?? new Version(cluster.Major, 0)
        );
    }

    [GeneratedRegex(
        "^[a-z_][a-z0-9_]{0,62}$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex DatabaseNames();
}
