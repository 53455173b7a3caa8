using System.Diagnostics;
using System.Globalization;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Platform.Embedded;
using Npgsql;

namespace FlameAssistant.Testing;

/// <summary>
/// The PostgreSQL of this test process: the server that <c>FLAME_TEST_POSTGRES</c> names (the owner's connection string),
/// else a private one in a temporary folder, which goes when the process ends.
/// </summary>
public static class PostgresServer
{
    public const string Variable = "FLAME_TEST_POSTGRES";
    private const string FolderPrefix = "flame-tests-";
    private const long TemplateLock = 0x464C54504C;

    private static readonly Lazy<Task<string>> owner = new(StartAsync);
    private static readonly Lazy<Task<string>> template = new(MakeTemplateAsync);

    /// <summary>The owner's connection string, to the server's own database.</summary>
    public static Task<string> OwnerAsync() => owner.Value;

    /// <summary>The name of a migrated database to clone; nobody connects to it.</summary>
    public static Task<string> TemplateAsync() => template.Value;

    /// <summary>The owner's connection string to another database of the server.</summary>
    public static async Task<string> OwnerAsync(string database) =>
        new NpgsqlConnectionStringBuilder(await OwnerAsync())
        {
            Database = database,
        }.ConnectionString;

    /// <summary>Makes a database, empty or as a copy of the template.</summary>
    /// <returns>Its name.</returns>
    public static async Task<string> CreateDatabaseAsync(bool migrated)
    {
        var name = $"t_{Guid.CreateVersion7():N}";
        await ExecuteAsync(
            migrated
                ? $"CREATE DATABASE {name} TEMPLATE {await TemplateAsync()} STRATEGY FILE_COPY"
                : $"CREATE DATABASE {name}"
        );
        if (migrated)
        {
            // A template's rights on the database itself are not copied.
            await ExecuteAsync(
                $"""
                REVOKE ALL ON DATABASE {name} FROM PUBLIC;
                GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {name} TO flame_owner;
                GRANT CONNECT, TEMPORARY ON DATABASE {name} TO flame_app;
                GRANT CONNECT ON DATABASE {name} TO flame_worker, flame_platform, flame_hangfire;
                """
            );
        }
        return name;
    }

    public static async Task DropDatabaseAsync(string name)
    {
        try
        {
            // Waits some seconds for connections that are just closing.
            await ExecuteAsync($"DROP DATABASE IF EXISTS {name}");
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            try
            {
                await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            }
            catch (PostgresException refused)
                when (refused.SqlState
                        is PostgresErrorCodes.InsufficientPrivilege
                            or PostgresErrorCodes.ObjectInUse
                )
            {
                // Somebody whom the owner may not end, such as autovacuum, is in it: it goes with the server.
            }
        }
    }

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return given;
        }
        await RemoveLeftOversAsync();
        var root = Path.Combine(
            Path.GetTempPath(),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{FolderPrefix}{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}"
            )
        );
        var server = await EmbeddedPostgres.StartAsync(Options(root), _ => { });
        AppDomain.CurrentDomain.ProcessExit += (_, _) => KillAndDelete(server.DataPath, root);
        return server.ConnectionString;
    }

    private static EmbeddedPostgresOptions Options(string root) =>
        new() { RootPath = root, Durable = false };

    /// <summary>
    /// At the process's end nothing may be awaited, which now and then never came back. Its data are for nobody: the server
    /// is killed, and what cannot be deleted is left to the next test process.
    /// </summary>
    private static void KillAndDelete(string dataPath, string root)
    {
        try
        {
            var pid = File.ReadLines(Path.Combine(dataPath, "postmaster.pid")).First();
            using var postmaster = Process.GetProcessById(
                int.Parse(pid, CultureInfo.InvariantCulture)
            );
            postmaster.Kill();
            Directory.Delete(root, recursive: true);
        }
        catch (Exception ex)
            when (ex
                    is IOException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or FormatException
                        or InvalidOperationException
            )
        {
            // Gone already, or still writing.
        }
    }

    private static async Task RemoveAsync(EmbeddedPostgres server, string root)
    {
        NpgsqlConnection.ClearAllPools();
        await server.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    /// <summary>Servers of test processes that were killed.</summary>
    private static async Task RemoveLeftOversAsync()
    {
        foreach (var root in Directory.EnumerateDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            var process = Path.GetFileName(root)[FolderPrefix.Length..].Split('-')[0];
            try
            {
                if (!IsRunning(process))
                {
                    await RemoveAsync(
                        await EmbeddedPostgres.StartAsync(Options(root), _ => { }),
                        root
                    );
                }
            }
            catch (Exception ex)
                when (ex is EmbeddedPostgresException or IOException or UnauthorizedAccessException)
            {
                // Another test process is at it, or it is not ours.
            }
        }
    }

    private static bool IsRunning(string process)
    {
        if (!int.TryParse(process, CultureInfo.InvariantCulture, out var id))
        {
            return true;
        }
        try
        {
            using var found = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Several test processes may share one server: the first makes the template of this build, under a lock.</summary>
    private static async Task<string> MakeTemplateAsync()
    {
        var name = $"template_{typeof(Migrator).Module.ModuleVersionId:N}";
        await using var source = NpgsqlDataSource.Create(await OwnerAsync());
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({TemplateLock})");
        await using (
            var exists = new NpgsqlCommand(
                $"SELECT count(*) FROM pg_database WHERE datname = '{name}'",
                connection
            )
        )
        {
            if (await exists.ExecuteScalarAsync() is 1L)
            {
                return name;
            }
        }
        var unfinished = name + "_new";
        await ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {unfinished}");
        await ExecuteAsync(connection, $"CREATE DATABASE {unfinished}");
        await new Migrator(
            DatabaseLogins.From(await OwnerAsync(unfinished)),
            TimeProvider.System
        ).RunAsync(_ => { }, CancellationToken.None);
        await ExecuteAsync(connection, $"ALTER DATABASE {unfinished} RENAME TO {name}");
        return name;
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(await OwnerAsync())
            {
                Pooling = false,
            }.ConnectionString
        );
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
