using Npgsql;

namespace FlameAssistant.Data.Platform.Embedded;

internal enum ProbeResult
{
    Accepted,
    Refused,
    WrongPassword,
    NoSuchDatabase,
}

/// <summary>Connection strings of the private server, and whether they work.</summary>
internal static class Connections
{
    internal static string ForSuperuser(ServerSecrets secrets) =>
        Build(secrets.Port, ClusterFolder.Superuser, secrets.SuperuserPassword, "postgres");

    internal static string ForOwner(ServerSecrets secrets, string database) =>
        Build(secrets.Port, OwnerLogin.Name, secrets.OwnerPassword, database);

    /// <summary>Opens a connection of its own, so that no pool keeps a session that would outlive the question.</summary>
    internal static async Task<ProbeResult> ProbeAsync(
        string connectionString,
        CancellationToken ct
    )
    {
        try
        {
            await using var connection = new NpgsqlConnection(WithoutPool(connectionString));
            await connection.OpenAsync(ct);
            return ProbeResult.Accepted;
        }
        catch (PostgresException e)
        {
            return e.SqlState switch
            {
                PostgresErrorCodes.InvalidPassword => ProbeResult.WrongPassword,
                PostgresErrorCodes.InvalidCatalogName => ProbeResult.NoSuchDatabase,
                _ => ProbeResult.Refused,
            };
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return ProbeResult.Refused;
        }
    }

    internal static string WithoutPool(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Timeout = 5,
        }.ConnectionString;

    private static string Build(int port, string user, string password, string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = user,
            Password = password,
            Database = database,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
}
