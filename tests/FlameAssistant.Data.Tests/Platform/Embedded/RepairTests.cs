using System.Runtime.Versioning;
using FlameAssistant.Data.Platform.Embedded;

namespace FlameAssistant.Data.Tests.Platform.Embedded;

/// <summary>What is missing or wrong in a folder that had a server before.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RepairTests(ServerFolder folder)
    : ServerFolderTests(folder),
        IClassFixture<ServerFolder>
{
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
    public async Task StartAsync_should_quote_the_servers_last_words()
    {
        string data;
        await using (var first = await StartAsync())
            data = first.DataPath;
        var settings = Path.Combine(data, "postgresql.conf");
        var whole = await File.ReadAllTextAsync(settings);
        await File.AppendAllTextAsync(settings, "no_such_setting = 1\n");

        var error = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);

        await File.WriteAllTextAsync(settings, whole);
        error.Message.ShouldStartWith("PostgreSQL did not start (");
        error.Message.ShouldContain("FATAL:");
    }

    [Fact]
    public async Task StartAsync_should_say_what_to_do_when_the_passwords_are_lost()
    {
        string secrets;
        await using (var first = await StartAsync())
            secrets = SecretsFile(first);
        File.Move(secrets, secrets + ".away");

        var error = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);

        // Its advice is enough.
        File.Move(secrets + ".away", secrets, overwrite: true);
        await using (var server = await StartAsync())
            (await AskAsync(server, "SELECT 1")).ShouldBe("1");
        error.Message.ShouldContain($"in {secrets} are missing or wrong: restore that file");
    }
}
