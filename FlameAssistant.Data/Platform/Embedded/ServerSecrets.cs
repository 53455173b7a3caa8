using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>What a process needs to reach the server: kept in a 0600 file beside the data.</summary>
internal sealed record ServerSecrets(
    string SuperuserPassword,
    string OwnerPassword,
    int Port,
    string BinPath
)
{
    /// <summary>Reads the file; null when it is missing or unreadable as JSON.</summary>
    internal static async Task<ServerSecrets?> ReadAsync(string file, CancellationToken ct)
    {
        try
        {
            return JsonSerializer.Deserialize<ServerSecrets>(
                await File.ReadAllTextAsync(file, ct),
                Json
            );
        }
        catch (Exception e)
            when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads the passwords, or makes them while there is no data that depends on them.</summary>
    [UnsupportedOSPlatform("windows")]
    internal static async Task<ServerSecrets> EnsureAsync(
        ClusterFolder cluster,
        string binPath,
        CancellationToken ct
    )
    {
        var known = await ReadAsync(cluster.SecretsFile, ct);
        if (known is { SuperuserPassword: not null, OwnerPassword: not null })
            return known with { BinPath = binPath };
        if (cluster.HasData)
            throw EmbeddedPostgresException.NoPasswords(cluster.SecretsFile, cluster.Path);

        var fresh = new ServerSecrets(NewPassword(), NewPassword(), Port: 0, binPath);
        await fresh.WriteAsync(cluster.SecretsFile, ct);
        return fresh;
    }

    [UnsupportedOSPlatform("windows")]
    internal Task WriteAsync(string file, CancellationToken ct) =>
        PrivateFile.WriteAsync(file, JsonSerializer.Serialize(this, Json), ct);

    // A record prints all it holds; these must never reach a log.
    public override string ToString() => $"port {Port}";

    private static string NewPassword() => RandomNumberGenerator.GetHexString(48, lowercase: true);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
    };
}
