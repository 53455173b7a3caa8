using System.Security.Cryptography;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Platform.Embedded;

namespace FlameAssistant.Web.Platform;

/// <summary>Which PostgreSQL this process works with: the one of the connection string, else a private one that it starts.</summary>
internal sealed class DatabaseChoice : IAsyncDisposable
{
    private readonly EmbeddedPostgres? embedded;

    private DatabaseChoice(DatabaseLogins logins, MasterKey masterKey, EmbeddedPostgres? embedded)
    {
        Logins = logins;
        MasterKey = masterKey;
        this.embedded = embedded;
    }

    public DatabaseLogins Logins { get; }

    public MasterKey MasterKey { get; }

    public static async Task<DatabaseChoice> OpenAsync(
        IConfiguration configuration,
        IHostEnvironment environment,
        CancellationToken ct
    )
    {
        var given = configuration.GetConnectionString("Flame");
        if (!string.IsNullOrWhiteSpace(given))
        {
            return new DatabaseChoice(
                DatabaseLogins.From(
                    given,
                    role => configuration.GetConnectionString("Flame" + role)
                ),
                await ReadMasterKeyAsync(configuration, environment, isEmbedded: false, ct),
                embedded: null
            );
        }
        var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { RootPath = FlameSettings.DataPath(configuration) },
            line => Console.Error.WriteLine(line),
            ct
        );
        try
        {
            return new DatabaseChoice(
                DatabaseLogins.From(server.ConnectionString),
                await ReadMasterKeyAsync(configuration, environment, isEmbedded: true, ct),
                server
            );
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (embedded is not null)
        {
            Npgsql.NpgsqlConnection.ClearAllPools();
            await embedded.DisposeAsync();
        }
    }

    private static async Task<MasterKey> ReadMasterKeyAsync(
        IConfiguration configuration,
        IHostEnvironment environment,
        bool isEmbedded,
        CancellationToken ct
    )
    {
        if (configuration["Flame:Secrets:MasterKey"] is { Length: > 0 } given)
        {
            return new MasterKey(given);
        }
        if (environment.IsProduction() && !isEmbedded)
        {
            throw new SettingException(
                "Flame__Secrets__MasterKey is missing: set it to a secret of at least 32 characters (`openssl rand -base64 48`), the same on every node, and keep a copy apart from the database."
            );
        }
        var folder = FlameSettings.DataPath(configuration);
        var file = Path.Combine(folder, "master.key");
        try
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(file))
            {
                await WriteOnceAsync(
                    file,
                    Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)),
                    ct
                );
            }
            return new MasterKey((await File.ReadAllTextAsync(file, ct)).Trim());
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new SettingException(
                $"{file} cannot be read or written ({ex.Message.TrimEnd('.')}): make the folder writable, or set Flame__Secrets__MasterKey."
            );
        }
    }

    /// <summary>Another process may be at it: whoever comes first decides, and nobody reads half a key.</summary>
    private static async Task WriteOnceAsync(string file, string key, CancellationToken ct)
    {
        var draft = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        await using (var writer = new StreamWriter(draft, options))
        {
            await writer.WriteAsync(key.AsMemory(), ct);
        }
        try
        {
            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
        }
    }
}
