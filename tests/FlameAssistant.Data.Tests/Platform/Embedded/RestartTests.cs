using System.Diagnostics;
using System.Runtime.Versioning;
using FlameAssistant.Data.Platform.Embedded;
using Npgsql;

namespace FlameAssistant.Data.Tests.Platform.Embedded;

/// <summary>The server of a folder that had one before.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RestartTests(ServerFolder folder)
    : ServerFolderTests(folder),
        IClassFixture<ServerFolder>
{
    [Fact]
    public async Task StartAsync_should_keep_data_and_port_over_a_restart()
    {
        string before;
        await using (var first = await StartAsync())
        {
            before = first.ConnectionString;
            await AskAsync(first, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS n");
        }

        await using var server = await StartAsync();

        server.ConnectionString.ShouldBe(before);
        (await AskAsync(server, "SELECT n FROM kept")).ShouldBe("42");
    }

    [Fact]
    public async Task StartAsync_should_take_another_port_when_its_own_is_taken()
    {
        int port;
        await using (var first = await StartAsync())
            port = new NpgsqlConnectionStringBuilder(first.ConnectionString).Port;
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        other.Start();

        await using var server = await StartAsync();

        new NpgsqlConnectionStringBuilder(server.ConnectionString).Port.ShouldNotBe(port);
        (await AskAsync(server, "SELECT 1")).ShouldBe("1");
    }

    [Fact]
    public async Task StartAsync_should_know_again_the_programs_that_ran_the_data()
    {
        await (await StartAsync()).DisposeAsync();
        var options = new EmbeddedPostgresOptions { RootPath = Root, SearchSystem = false };

        await using var server = await EmbeddedPostgres.StartAsync(options, Log.Add);

        server.Owned.ShouldBeTrue();
    }

    [Fact]
    public async Task StartAsync_should_not_take_another_process_for_its_server()
    {
        string pidFile;
        await using (var first = await StartAsync())
            pidFile = Path.Combine(first.DataPath, "postmaster.pid");
        // After a restart of the machine the old number belongs to somebody else: here, to us.
        await File.WriteAllTextAsync(
            pidFile,
            $"{Environment.ProcessId}\n{Root}\n1\n5432\n\n\n\nready\n"
        );

        await using var server = await StartAsync();

        (await AskAsync(server, "SELECT 1")).ShouldBe("1");
    }

    [Fact]
    public async Task StartAsync_should_survive_a_killed_server()
    {
        var first = await StartAsync(durable: true);
        await AskAsync(first, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS n");
        first.Abandon();
        Process.GetProcessById(await ServerPidAsync()).Kill();

        await using var server = await StartAsync();

        (await AskAsync(server, "SELECT n FROM kept")).ShouldBe("42");
    }

    [Fact]
    public async Task StartAsync_should_allow_the_owner_the_extensions_and_roles_of_the_product()
    {
        await using var server = await StartAsync();

        await AskAsync(
            server,
            """
            CREATE EXTENSION pgcrypto; CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; CREATE EXTENSION citext;
            CREATE EXTENSION btree_gin; CREATE ROLE app LOGIN NOBYPASSRLS PASSWORD 'x'; CREATE SCHEMA shared;
            """
        );
    }
}
