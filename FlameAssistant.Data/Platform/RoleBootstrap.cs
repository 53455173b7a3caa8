using Npgsql;

namespace FlameAssistant.Data.Platform;

/// <summary>
/// Makes the product's roles and logins, and gives them the database. Needs no superuser: the owner's login has
/// CREATEROLE and owns the database. Roles belong to the whole server, so several databases and nodes may be at it at once.
/// </summary>
internal static class RoleBootstrap
{
    private const int MinimumVersion = 15;
    private const long RolesLock = 0x464C414D45; // "FLAME"

    public static async Task RunAsync(DatabaseLogins logins, CancellationToken ct)
    {
        await using var connection = await OpenAsync(logins.Owner, ct);
        if (connection.PostgreSqlVersion.Major < MinimumVersion)
        {
            throw new DatabaseSetupException(
                $"The server is PostgreSQL {connection.PostgreSqlVersion}, but {MinimumVersion} or newer is needed: upgrade it, or unset ConnectionStrings__Flame to use the embedded one."
            );
        }

        await CreateRolesAsync(logins, connection, ct);
        await GrantDatabaseAsync(connection, ct);
        await RefreshPasswordsAsync(logins, connection, ct);
    }

    /// <summary>The script for a DBA, where the product's login may not create roles itself.</summary>
    public static string PrintableScript(DatabaseLogins logins)
    {
        var login = new NpgsqlConnectionStringBuilder(logins.Owner);
        var lines = Roles(logins).Select(r => $"CREATE ROLE {r.Name} {r.Attributes};").ToList();
        lines.AddRange(Settings().Select(s => s + ";"));
        lines.AddRange(
            Memberships(major: 16, login.Username ?? "flame").Select(m => m.Grant + ";")
        );
        return string.Join('\n', lines);
    }

    private static async Task<NpgsqlConnection> OpenAsync(
        string connectionString,
        CancellationToken ct
    )
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch (NpgsqlException ex)
        {
            await connection.DisposeAsync();
            throw new DatabaseSetupException(Explain(ex, settings), ex);
        }
    }

    private static string Explain(NpgsqlException ex, NpgsqlConnectionStringBuilder settings) =>
        ex is PostgresException { SqlState: var state }
            ? state switch
            {
                PostgresErrorCodes.InvalidPassword
                or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                    $"PostgreSQL at {settings.Host}:{settings.Port} refuses the login '{settings.Username}': correct user and password in ConnectionStrings__Flame.",
                PostgresErrorCodes.InvalidCatalogName =>
                    $"The database '{settings.Database}' does not exist at {settings.Host}:{settings.Port}: create it (CREATE DATABASE {settings.Database} OWNER {settings.Username}) or correct ConnectionStrings__Flame.",
                _ =>
                    $"PostgreSQL at {settings.Host}:{settings.Port} refuses the connection: {ex.Message}",
            }
            : $"No PostgreSQL answers at {settings.Host}:{settings.Port}: start it or correct ConnectionStrings__Flame ({ex.Message}).";

    private static async Task CreateRolesAsync(
        DatabaseLogins logins,
        NpgsqlConnection own,
        CancellationToken ct
    )
    {
        var missing = await MissingAsync(logins, own, ct);
        if (missing.Count == 0)
        {
            return;
        }

        await using var common = await OpenCommonAsync(logins, ct);
        var connection = common ?? own;
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({RolesLock})", ct);
        try
        {
            foreach (var statement in await MissingAsync(logins, connection, ct))
            {
                await ExecuteAsync(connection, statement, ct);
            }
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new DatabaseSetupException(
                "The login of ConnectionStrings__Flame may not create roles: give it CREATEROLE, or let a DBA run the script that `migrate --print-roles` prints.",
                ex
            );
        }
        finally
        {
            await ExecuteAsync(
                connection,
                $"SELECT pg_advisory_unlock({RolesLock})",
                CancellationToken.None
            );
        }
    }

    /// <summary>Advisory locks are per database, hence one that all share; null where it refuses us.</summary>
    private static async Task<NpgsqlConnection?> OpenCommonAsync(
        DatabaseLogins logins,
        CancellationToken ct
    )
    {
        var settings = new NpgsqlConnectionStringBuilder(logins.Owner)
        {
            Pooling = false,
            Database = "postgres",
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch (PostgresException)
        {
            await connection.DisposeAsync();
            return null;
        }
    }

    private static async Task<List<string>> MissingAsync(
        DatabaseLogins logins,
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        var statements = new List<string>();
        foreach (var (name, attributes) in Roles(logins))
        {
            var bypasses = await ScalarAsync<bool?>(
                connection,
                $"SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = '{name}'",
                ct
            );
            if (bypasses is null)
            {
                statements.Add($"CREATE ROLE {name} {attributes}");
                statements.AddRange(
                    Settings()
                        .Where(s => s.StartsWith($"ALTER ROLE {name} ", StringComparison.Ordinal))
                );
            }
            else if (bypasses.Value)
            {
                throw new DatabaseSetupException(
                    $"The role {name} is a superuser or bypasses row-level security, which would let one tenant see another: run ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS as an administrator."
                );
            }
        }

        var login = await ScalarAsync<string>(connection, "SELECT current_user::text", ct);
        foreach (
            var (role, member, grant) in Memberships(connection.PostgreSqlVersion.Major, login)
        )
        {
            var isMember = await ScalarAsync<bool>(
                connection,
                $"""
                SELECT EXISTS (SELECT FROM pg_auth_members m
                  JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles g ON g.oid = m.member
                 WHERE r.rolname = '{role}' AND g.rolname = '{member}'
                   AND {(connection.PostgreSqlVersion.Major >= 16 ? "m.set_option" : "true")})
                """,
                ct
            );
            if (!isMember)
            {
                statements.Add(grant);
            }
        }
        return statements;
    }

    private static IEnumerable<(string Name, string Attributes)> Roles(DatabaseLogins logins)
    {
        // NOINHERIT: flame_owner must not read every row by way of flame_search.
        yield return (DatabaseLogins.OwnerRole, "NOLOGIN NOINHERIT");
        yield return (DatabaseLogins.MigratorRole, "NOLOGIN");
        yield return (DatabaseLogins.SearchRole, "NOLOGIN NOBYPASSRLS");
        foreach (var (role, connectionString) in logins.All())
        {
            var password = new NpgsqlConnectionStringBuilder(connectionString).Password;
            yield return (role, $"LOGIN NOBYPASSRLS PASSWORD '{Escape(password)}'");
        }
    }

    private static IEnumerable<string> Settings() =>
        [
            .. Timeouts(DatabaseLogins.AppRole, "pg_catalog"),
            .. Timeouts(DatabaseLogins.WorkerRole, "pg_catalog"),
            .. Timeouts(DatabaseLogins.PlatformRole, "shared, public"),
        ];

    private static IEnumerable<string> Timeouts(string role, string searchPath) =>
        [
            $"ALTER ROLE {role} SET search_path = {searchPath}",
            $"ALTER ROLE {role} SET statement_timeout = '30s'",
            $"ALTER ROLE {role} SET lock_timeout = '10s'",
            $"ALTER ROLE {role} SET idle_in_transaction_session_timeout = '60s'",
        ];

    private static IEnumerable<(string Role, string Member, string Grant)> Memberships(
        int major,
        string login
    )
    {
        var quoted = "\"" + login.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        var noInherit = major >= 16 ? " WITH INHERIT FALSE, SET TRUE" : "";
        yield return (
            DatabaseLogins.OwnerRole,
            DatabaseLogins.MigratorRole,
            $"GRANT {DatabaseLogins.OwnerRole} TO {DatabaseLogins.MigratorRole}"
        );
        yield return (
            DatabaseLogins.SearchRole,
            DatabaseLogins.OwnerRole,
            $"GRANT {DatabaseLogins.SearchRole} TO {DatabaseLogins.OwnerRole}{noInherit}"
        );
        yield return (
            DatabaseLogins.MigratorRole,
            login,
            $"GRANT {DatabaseLogins.MigratorRole} TO {quoted}"
        );
        // The schema of Hangfire is made for its login, which the maker must be able to become.
        yield return (
            DatabaseLogins.HangfireRole,
            login,
            $"GRANT {DatabaseLogins.HangfireRole} TO {quoted}"
        );
    }

    private static async Task GrantDatabaseAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({RolesLock})", ct);
        try
        {
            var database = await ScalarAsync<string>(
                connection,
                "SELECT quote_ident(current_database())",
                ct
            );
            await ExecuteAsync(
                connection,
                $"""
                REVOKE ALL ON DATABASE {database} FROM PUBLIC;
                GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO flame_owner;
                GRANT CONNECT, TEMPORARY ON DATABASE {database} TO flame_app;
                GRANT CONNECT ON DATABASE {database} TO flame_worker, flame_platform, flame_hangfire;
                CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA public;
                CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
                CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
                REVOKE ALL ON SCHEMA public FROM PUBLIC;
                GRANT USAGE ON SCHEMA public TO flame_owner, flame_app, flame_worker, flame_platform, flame_search;
                CREATE SCHEMA IF NOT EXISTS hangfire AUTHORIZATION flame_hangfire;
                CREATE SCHEMA IF NOT EXISTS shared AUTHORIZATION flame_owner;
                """,
                ct
            );
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new DatabaseSetupException(
                $"The login of ConnectionStrings__Flame must own the database: run ALTER DATABASE … OWNER TO it as an administrator ({ex.MessageText}).",
                ex
            );
        }
        finally
        {
            await ExecuteAsync(
                connection,
                $"SELECT pg_advisory_unlock({RolesLock})",
                CancellationToken.None
            );
        }
    }

    /// <summary>The owner's password changed, or another installation made the roles: the logins follow.</summary>
    private static async Task RefreshPasswordsAsync(
        DatabaseLogins logins,
        NpgsqlConnection owner,
        CancellationToken ct
    )
    {
        foreach (var (role, connectionString) in logins.All())
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            try
            {
                await connection.OpenAsync(ct);
            }
            catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.InvalidPassword)
            {
                await ExecuteAsync(
                    owner,
                    $"ALTER ROLE {role} PASSWORD '{Escape(settings.Password)}'",
                    ct
                );
            }
        }
    }

    private static string Escape(string? text) =>
        (text ?? "").Replace("'", "''", StringComparison.Ordinal);

    private static async Task ExecuteAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken ct
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync(ct);
                return;
            }
            catch (PostgresException ex) when (attempt < 5 && IsConcurrentChange(ex))
            {
                // Another node or database is at the same catalog row; the statement is safe to repeat.
            }
            catch (PostgresException ex)
                when (ex.SqlState == PostgresErrorCodes.DuplicateObject
                    && sql.StartsWith("CREATE ROLE", StringComparison.Ordinal)
                )
            {
                return;
            }
        }
    }

    private static bool IsConcurrentChange(PostgresException ex) =>
        ex.SqlState
            is PostgresErrorCodes.UniqueViolation
                or PostgresErrorCodes.InternalError
                or PostgresErrorCodes.DuplicateSchema
                or PostgresErrorCodes.SerializationFailure;

    private static async Task<T> ScalarAsync<T>(
        NpgsqlConnection connection,
        string sql,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        var value = await command.ExecuteScalarAsync(ct);
        return value is null or DBNull ? default! : (T)value;
    }
}
