using System.Runtime.Versioning;
using FlameAssistant.Data.Platform.Embedded;

namespace FlameAssistant.Data.Tests.Platform.Embedded;

/// <summary>What a folder without a server becomes.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FirstStartTests : ServerFolderTests
{
    [Fact]
    public async Task StartAsync_should_create_a_server_whose_owner_is_no_superuser()
    {
        await using var server = await StartAsync();

        server.Owned.ShouldBeTrue();
        server.DataPath.ShouldBe(Path.Combine(Root, $"pg{server.Version.Major}", "data"));
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
    public async Task StartAsync_should_live_elsewhere_when_the_servers_user_cannot_enter_the_folder()
    {
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess,
            "Only root runs PostgreSQL as another user."
        );
        Directory.CreateDirectory(
            Root,
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

    [Fact]
    public async Task StartAsync_should_say_what_to_do_when_the_folder_cannot_be_used()
    {
        await File.WriteAllTextAsync(Root, "a file, no folder");

        var error = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);

        error.Message.ShouldContain(Root);
        error.Message.ShouldEndWith("or set Flame__Embedded__DataPath to a folder that is.");
    }

    [Fact]
    public async Task StartAsync_should_say_what_to_do_when_there_is_no_PostgreSQL()
    {
        var options = new EmbeddedPostgresOptions { RootPath = Root, SearchSystem = false };

        // FLAME_POSTGRES_BIN, where a developer has set it, would be found all the same.
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable("FLAME_POSTGRES_BIN") is not null,
            "FLAME_POSTGRES_BIN is set."
        );
        var error = await Should.ThrowAsync<EmbeddedPostgresException>(() =>
            EmbeddedPostgres.StartAsync(options, Log.Add)
        );

        error.Message.ShouldStartWith("No PostgreSQL 15 or newer was found: start with ./eng/run");
    }

    [Fact]
    public async Task StartAsync_should_heal_a_half_made_data_folder()
    {
        foreach (var major in (string[])["pg15", "pg18"])
        {
            var half = Path.Combine(Root, major, "data.new", "base");
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
    public async Task StartAsync_should_say_what_to_do_when_the_data_is_of_another_major()
    {
        var data = Directory.CreateDirectory(Path.Combine(Root, "pg99", "data"));
        await File.WriteAllTextAsync(Path.Combine(data.FullName, "PG_VERSION"), "99\n");

        var error = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);

        error.Message.ShouldContain(
            "install PostgreSQL 99, or move that folder away to start empty."
        );
    }
}
