using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using FlameAssistant.Data.Platform.Embedded;
using Npgsql;

namespace FlameAssistant.Data.Tests.Platform.Embedded;

/// <summary>
/// A folder that has or gets a server. Several classes, since the tests of one run one after the other; where a server that
/// was there before is all that a test needs, the class makes one folder and each test leaves it stopped and whole.
/// </summary>
[UnsupportedOSPlatform("windows")]
public abstract class ServerFolderTests(ServerFolder? shared = null) : IDisposable
{
    private readonly ServerFolder folder = shared ?? new ServerFolder();

    private protected string Root => folder.Path;

    private protected List<string> Log { get; } = [];

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (shared is null)
        {
            folder.Dispose();
        }
    }

    private protected Task<EmbeddedPostgres> StartAsync() => StartAsync(durable: false);

    private protected Task<EmbeddedPostgres> StartAsync(bool durable) =>
        EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions
            {
                RootPath = Root,
                Durable = durable,
                Patience = TimeSpan.FromSeconds(30),
            },
            Log.Add
        );

    private protected static string SecretsFile(EmbeddedPostgres server) =>
        Path.Combine(Path.GetDirectoryName(server.DataPath)!, "server.json");

    private protected static Task<string?> AskAsync(EmbeddedPostgres server, string sql) =>
        AskAsync(server.ConnectionString, sql);

    private protected static async Task<string?> AskAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        await using var command = source.CreateCommand(sql);
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private protected string? PidFile() =>
        Directory.GetFiles(Root, "postmaster.pid", SearchOption.AllDirectories).SingleOrDefault();

    private protected async Task<int> ServerPidAsync() =>
        int.Parse(
            (await File.ReadAllLinesAsync(PidFile().ShouldNotBeNull()))[0],
            CultureInfo.InvariantCulture
        );

    private protected static async Task EndAsync(Process child)
    {
        await child.StandardInput.WriteLineAsync();
        await child.WaitForExitAsync();
        child.ExitCode.ShouldBe(0);
    }
}
