using Npgsql;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>
/// The login that owns the product's database. It is no superuser, so that nothing works here that a managed
/// PostgreSQL would refuse.
/// </summary>
internal static class OwnerLogin
{
    internal const string Name = "flame";

    /// <summary>Creates the login and its database where they are missing; every step may run twice.</summary>
    internal static async Task EnsureAsync(
        ServerSecrets secrets,
        string database,
        CancellationToken ct
    )
    {
        if (
            await Connections.ProbeAsync(Connections.ForOwner(secrets, database), ct)
            == ProbeResult.Accepted
        )
            return;

        await using var superuser = NpgsqlDataSource.Create(
            Connections.WithoutPool(Connections.ForSuperuser(secrets))
        );
        var verb = await ExistsAsync(
            superuser,
            "SELECT 1 FROM pg_roles WHERE rolname = $1",
            Name,
            ct
        )
            ? "ALTER"
            : "CREATE";
        await ExecuteAsync(
            superuser,
            // The password is hex digits of our own making.
            $"{verb} ROLE {Name} LOGIN NOSUPERUSER CREATEROLE CREATEDB PASSWORD '{secrets.OwnerPassword}'",
            ct
        );
        if (
            !await ExistsAsync(
                superuser,
                "SELECT 1 FROM pg_database WHERE datname = $1",
                database,
                ct
            )
        )
            await ExecuteAsync(superuser, $"CREATE DATABASE \"{database}\" OWNER {Name}", ct);
    }

    private static async Task<bool> ExistsAsync(
        NpgsqlDataSource source,
        string sql,
        string name,
        CancellationToken ct
    )
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    private static async Task ExecuteAsync(
        NpgsqlDataSource source,
        string sql,
        CancellationToken ct
    )
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }
}
