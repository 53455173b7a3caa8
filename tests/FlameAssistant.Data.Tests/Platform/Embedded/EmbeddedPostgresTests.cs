using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using FlameAssistant.Data.Platform.Embedded;
using Npgsql;

namespace FlameAssistant.Data.Tests.Platform.Embedded;

[UnsupportedOSPlatform("windows")]
public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string _root = Path.Combine(
        Path.GetTempPath(),
        $"flame-pg-{Guid.NewGuid():N}"
    );
    private readonly List<string> _log = [];

    [Fact]
    public async Task StartAsync_should_create_a_server_whose_owner_is_no_superuser()
    {
        await using var server = await StartAsync();

        server.Owned.ShouldBeTrue();
        server.DataPath.ShouldBe(Path.Combine(_root, $"pg{server.Version.Major}", "data"));
        (
            await AskAsync(
                server,
                """
                SELECT concat_ws(' ', current_user, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls,
                  pg_get_userbyid(datdba), pg_encoding_to_char(encoding), current_setting('jit'),
                  current_setting('max_connections'), inet_server_addr())
                FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()
                """
            )
        ).ShouldBe("flame f t t f flame UTF8 off 200 127.0.0.1");
        File.GetUnixFileMode(SecretsFile(server))
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
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

    [Fact]
    public async Task StartAsync_should_attach_to_the_server_of_another_process_and_leave_it_running()
    {
        using var child = await ChildOwner.StartAsync(_root);
        await using (var attached = await StartAsync())
        {
            attached.Owned.ShouldBeFalse();
            (await AskAsync(attached, "SELECT current_user")).ShouldBe("flame");
        }

        await using (var again = await StartAsync())
            (await AskAsync(again, "SELECT 1")).ShouldBe("1");
        PidFile().ShouldNotBeNull();
        await EndAsync(child);
        PidFile().ShouldBeNull();
    }

    [Fact]
    public async Task DisposeAsync_should_leave_the_server_to_those_who_still_use_it()
    {
        using var child = await ChildOwner.StartAsync(_root);
        var attached = await StartAsync();

        await EndAsync(child);
        (await AskAsync(attached, "SELECT 1")).ShouldBe("1");

        await attached.DisposeAsync();
        PidFile().ShouldBeNull();
    }

    [Fact]
    public async Task StartAsync_should_take_over_the_server_of_a_killed_process()
    {
        using var child = await ChildOwner.StartAsync(_root);
        var pid = await ServerPidAsync();
        child.Kill();
        await child.WaitForExitAsync();

        await using (var server = await StartAsync())
        {
            server.Owned.ShouldBeTrue();
            (await ServerPidAsync()).ShouldBe(pid);
            (await AskAsync(server, "SELECT 1")).ShouldBe("1");
        }

        PidFile().ShouldBeNull();
    }

    [Theory]
    [InlineData(150)]
    [InlineData(400)]
    [InlineData(700)]
    [InlineData(1000)]
    [InlineData(1300)]
    public async Task StartAsync_should_heal_a_first_start_killed_in_the_middle(int milliseconds)
    {
        using var child = await ChildOwner.StartAsync(_root, waitUntilReady: false);
        await Task.Delay(milliseconds);
        child.Kill();
        await child.WaitForExitAsync();

        await using var server = await StartAsync();

        server.Owned.ShouldBeTrue();
        (await AskAsync(server, "SELECT current_user || current_database()")).ShouldBe(
            "flameflame"
        );
    }

    [Fact]
    public async Task StartAsync_should_survive_a_killed_server()
    {
        var first = await StartAsync(durable: true);
        await AskAsync(first, "CREATE TABLE kept AS SELECT 42 AS n");
        first.Abandon();
        Process.GetProcessById(await ServerPidAsync()).Kill();

        await using var server = await StartAsync();

        (await AskAsync(server, "SELECT n FROM kept")).ShouldBe("42");
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
            $"{Environment.ProcessId}\n{_root}\n1\n5432\n\n\n\nready\n"
        );

        await using var server = await StartAsync();

        (await AskAsync(server, "SELECT 1")).ShouldBe("1");
    }

    [Fact]
    public async Task StartAsync_should_keep_data_and_port_over_a_restart()
    {
        string before;
        await using (var first = await StartAsync())
        {
            before = first.ConnectionString;
            await AskAsync(first, "CREATE TABLE kept AS SELECT 42 AS n");
        }

        await using var server = await StartAsync();

        server.ConnectionString.ShouldBe(before);
        (await AskAsync(server, "SELECT n FROM kept")).ShouldBe("42");
    }

    [Fact]
    public async Task StartAsync_should_heal_a_half_made_data_folder()
    {
        foreach (var major in (string[])["pg15", "pg18"])
        {
            var half = Path.Combine(_root, major, "data.new", "base");
            Directory.CreateDirectory(half);
            await File.WriteAllTextAsync(Path.Combine(half, "x"), "half");
        }

        await using var server = await StartAsync();

        Directory
            .GetDirectories(Path.GetDirectoryName(server.DataPath)!, "data.new*")
            .ShouldBeEmpty();
        (await AskAsync(server, "SELECT 1")).ShouldBe("1");
    }

    [Fact]
    public async Task StartAsync_should_make_a_missing_login_and_database_again()
    {
        await using (var first = await StartAsync())
        {
            await AskAsync(first.SuperuserConnectionString, "DROP DATABASE flame");
            await AskAsync(first.SuperuserConnectionString, "DROP ROLE flame");
        }

        await using var server = await StartAsync();

        (await AskAsync(server, "SELECT current_user")).ShouldBe("flame");
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
    public async Task StartAsync_should_say_what_to_do_when_the_folder_cannot_be_used()
    {
        await File.WriteAllTextAsync(_root, "a file, no folder");

        var error = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);

        error.Message.ShouldContain(_root);
        error.Message.ShouldEndWith("or set Flame__Embedded__DataPath to a folder that is.");
    }

    [Fact]
    public async Task StartAsync_should_say_what_to_do_when_there_is_no_PostgreSQL()
    {
        var options = new EmbeddedPostgresOptions { RootPath = _root, SearchSystem = false };

        // FLAME_POSTGRES_BIN, where a developer has set it, would be found all the same.
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable("FLAME_POSTGRES_BIN") is not null,
            "FLAME_POSTGRES_BIN is set."
        );
        var error = await Should.ThrowAsync<EmbeddedPostgresException>(() =>
            EmbeddedPostgres.StartAsync(options, _log.Add)
        );

        error.Message.ShouldStartWith("No PostgreSQL 15 or newer was found: start with ./eng/run");
    }

    [Fact]
    public async Task StartAsync_should_know_again_the_programs_that_ran_the_data()
    {
        await (await StartAsync()).DisposeAsync();
        var options = new EmbeddedPostgresOptions { RootPath = _root, SearchSystem = false };

        await using var server = await EmbeddedPostgres.StartAsync(options, _log.Add);

        server.Owned.ShouldBeTrue();
    }

    [Fact]
    public async Task StartAsync_should_say_what_to_do_when_the_data_is_of_another_major()
    {
        var data = Directory.CreateDirectory(Path.Combine(_root, "pg99", "data"));
        await File.WriteAllTextAsync(Path.Combine(data.FullName, "PG_VERSION"), "99\n");

        var error = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);

        error.Message.ShouldContain(
            "install PostgreSQL 99, or move that folder away to start empty."
        );
    }

    [Fact]
    public async Task StartAsync_should_quote_the_servers_last_words()
    {
        string data;
        await using (var first = await StartAsync())
            data = first.DataPath;
        await File.AppendAllTextAsync(
            Path.Combine(data, "postgresql.conf"),
            "no_such_setting = 1\n"
        );

        var error = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);

        error.Message.ShouldStartWith("PostgreSQL did not start (");
        error.Message.ShouldContain("FATAL:");
    }

    [Fact]
    public async Task StartAsync_should_say_what_to_do_when_the_passwords_are_lost()
    {
        string secrets;
        await using (var first = await StartAsync())
            secrets = SecretsFile(first);
        File.Delete(secrets);

        var error = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);

        error.Message.ShouldContain($"in {secrets} are missing or wrong: restore that file");
    }

    [Fact]
    public async Task StartAsync_should_live_elsewhere_when_the_servers_user_cannot_enter_the_folder()
    {
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess,
            "Only root runs PostgreSQL as another user."
        );
        Directory.CreateDirectory(
            _root,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        var server = await StartAsync();
        await AskAsync(server, "CREATE TABLE kept AS SELECT 42 AS n");
        await server.DisposeAsync();

        await using var again = await StartAsync();

        again.DataPath.ShouldBe(server.DataPath);
        again.DataPath.ShouldStartWith("/var/lib/flame-assistant/");
        (await AskAsync(again, "SELECT n FROM kept")).ShouldBe("42");
    }

    public void Dispose()
    {
        if (!Directory.Exists(_root))
        {
            File.Delete(_root);
            return;
        }

        var location = Path.Combine(_root, "postgres.location");
        if (File.Exists(location))
            Directory.Delete(File.ReadAllText(location), recursive: true);
        Directory.Delete(_root, recursive: true);
    }

    private Task<EmbeddedPostgres> StartAsync() => StartAsync(durable: false);

    private Task<EmbeddedPostgres> StartAsync(bool durable) =>
        EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions
            {
                RootPath = _root,
                Durable = durable,
                Patience = TimeSpan.FromSeconds(30),
            },
            _log.Add
        );

    private static string SecretsFile(EmbeddedPostgres server) =>
        Path.Combine(Path.GetDirectoryName(server.DataPath)!, "server.json");

    private static Task<string?> AskAsync(EmbeddedPostgres server, string sql) =>
        AskAsync(server.ConnectionString, sql);

    private static async Task<string?> AskAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        await using var command = source.CreateCommand(sql);
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private string? PidFile() =>
        Directory.GetFiles(_root, "postmaster.pid", SearchOption.AllDirectories).SingleOrDefault();

    private async Task<int> ServerPidAsync() =>
        int.Parse(
            (await File.ReadAllLinesAsync(PidFile().ShouldNotBeNull()))[0],
            CultureInfo.InvariantCulture
        );

    private static async Task EndAsync(Process child)
    {
        await child.StandardInput.WriteLineAsync();
        await child.WaitForExitAsync();
        child.ExitCode.ShouldBe(0);
    }
}
