using System.Runtime.Versioning;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>The folder of one cluster (<c>.flame/pg18</c>): data, passwords, log.</summary>
internal sealed record ClusterFolder(string Path, int Major)
{
    internal const string Superuser = "postgres";

    internal string DataPath => Combine("data");

    internal string SecretsFile => Combine("server.json");

    internal string LogFile => Combine("postgres.log");

    internal bool HasData => File.Exists(System.IO.Path.Combine(DataPath, "PG_VERSION"));

    /// <summary>Makes the data folder if there is none; what a killed attempt left behind is thrown away.</summary>
    [UnsupportedOSPlatform("windows")]
    internal async Task EnsureDataAsync(
        PostgresBinaries binaries,
        ServerAccount account,
        ServerSecrets secrets,
        bool durable,
        CancellationToken ct
    )
    {
        if (HasData)
            return;

        RemoveLeftovers();
        await account.GiveAsync(Path, ct);

        // The name is new each time: an initdb that outlived its killed parent must not write into ours.
        var name = Guid.NewGuid().ToString("N")[..8];
        var fresh = Combine($"data.new.{name}");
        var passwordFile = Combine($"data.new.password.{name}");
        await PrivateFile.WriteAsync(passwordFile, secrets.SuperuserPassword, ct);
        await account.GiveAsync(passwordFile, ct);

        var result = await account.RunAsync(
            binaries.Initdb,
            ["-D", fresh, .. InitdbArguments(passwordFile, durable)],
            ct
        );
        if (!result.Succeeded)
            throw EmbeddedPostgresException.NotInitialized(result.Reason.Split('\n')[^1]);

        File.Delete(passwordFile);
        await ServerSettings.IncludeAsync(fresh, ct);
        Directory.Move(fresh, DataPath);
    }

    private IEnumerable<string> InitdbArguments(string passwordFile, bool durable)
    {
        string[] common =
        [
            .. (string[])
                [
                    "-U",
                    Superuser,
                    "-A",
                    "scram-sha-256",
                    $"--pwfile={passwordFile}",
                    "-E",
                    "UTF8",
                    "-k",
                ],
            // Cleaning up is ours: initdb would remove a folder that is no longer its own.
            "--no-clean",
        ];
        string[] locale =
            Major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            : OperatingSystem.IsMacOS() ? ["--locale=C"]
            : ["--locale=C.UTF-8"];
        return durable ? [.. common, .. locale] : [.. common, .. locale, "--no-sync"];
    }

    private void RemoveLeftovers()
    {
        foreach (var file in Directory.EnumerateFiles(Path, "data.new*"))
            File.Delete(file);
        foreach (var folder in Directory.EnumerateDirectories(Path, "data.new*"))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException)
            {
                // An orphaned initdb still writes there; the next start removes it.
            }
        }
    }

    private string Combine(string name) => System.IO.Path.Combine(Path, name);
}
