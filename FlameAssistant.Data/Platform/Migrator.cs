using FlameAssistant.Data.Tenancy;
using Npgsql;

namespace FlameAssistant.Data.Platform;

/// <summary>
/// Brings a database to this version: roles, the scripts of <c>shared</c>, the template, every tenant. Safe to run twice
/// and from several nodes at once: one does the shared part while the others wait, and they share the tenants.
/// </summary>
public sealed class Migrator(DatabaseLogins logins, TimeProvider clock)
{
    private const long MigrationLock = 0x464C414D45 + 1;

    /// <summary>
    /// The version that a tenant's schema must have to be served by this build. Raised when code comes to need a script, not
    /// with every script, so that app and tenants one version apart work.
    /// </summary>
    public const int MinimumTenantVersion = 16;

    /// <summary>The version that a tenant's schema has after an upgrade by this build.</summary>
    public static int TenantVersion => SqlScript.Tenant[^1].Version;

    public string PrintableRoles() => RoleBootstrap.PrintableScript(logins);

    /// <param name="progress">Told one line per step, from any thread; never given a secret.</param>
    /// <param name="workers">How many tenants are upgraded at once; by the processors when null.</param>
    /// <exception cref="DatabaseSetupException">The database cannot be used as it is.</exception>
    public async Task<MigrationReport> RunAsync(
        Action<string> progress,
        CancellationToken ct,
        int? workers = null
    )
    {
        await RoleBootstrap.RunAsync(logins, ct);
        var scripts = await MigrateSharedAsync(progress, ct);
        var upgrades = new TenantUpgrades(logins.Owner, TenantVersion, progress);
        var (upgraded, failed) = await upgrades.RunAsync(
            workers ?? Math.Clamp(Environment.ProcessorCount, 1, 4),
            ct
        );
        return new MigrationReport(scripts, upgraded, failed);
    }

    /// <returns>How many scripts of <c>shared</c> were applied.</returns>
    private async Task<int> MigrateSharedAsync(Action<string> progress, CancellationToken ct)
    {
        await using var owner = DataSources.Build(
            new NpgsqlConnectionStringBuilder(logins.Owner) { Pooling = false }.ConnectionString
        );
        await using var connection = await owner.OpenConnectionAsync(ct);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({MigrationLock})", ct);
        try
        {
            await ExecuteAsync(
                connection,
                "SET ROLE flame_owner; SET search_path = pg_catalog",
                ct
            );
            var scripts = await ApplySharedAsync(connection, progress, ct);
            await PublishTenantScriptsAsync(connection, ct);
            await EnsureSchemaAsync(connection, SystemTenant.TemplateSchema, ct);
            if (await EnsureSchemaAsync(connection, "tenant_" + SystemTenant.Slug, ct))
            {
                await ExecuteAsync(
                    connection,
                    $"SELECT shared.write_tenant_info('{SystemTenant.Id}')",
                    ct
                );
            }
            await using var partitions = new NpgsqlCommand(
                "SELECT shared.ensure_partitions($1)",
                connection
            );
            partitions.Parameters.Add(new() { Value = clock.GetUtcNow() });
            await partitions.ExecuteNonQueryAsync(ct);
            return scripts;
        }
        finally
        {
            await ExecuteAsync(
                connection,
                $"RESET ROLE; SELECT pg_advisory_unlock({MigrationLock})",
                CancellationToken.None
            );
        }
    }

    private static async Task<int> ApplySharedAsync(
        NpgsqlConnection connection,
        Action<string> progress,
        CancellationToken ct
    )
    {
        await ExecuteAsync(
            connection,
            """
            ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
            CREATE TABLE IF NOT EXISTS shared.schema_migrations (
              version text CONSTRAINT schema_migrations_pkey PRIMARY KEY,
              name text NOT NULL,
              checksum text NOT NULL,
              applied_at timestamptz NOT NULL DEFAULT now(),
              created_at timestamptz NOT NULL DEFAULT now()
            );
            """,
            ct
        );
        var known = await ReadChecksumsAsync(
            connection,
            "SELECT version, checksum FROM shared.schema_migrations",
            ct
        );
        var applied = 0;
        foreach (var script in SqlScript.Shared)
        {
            var version = script.Version.ToString(
                "000",
                System.Globalization.CultureInfo.InvariantCulture
            );
            if (known.TryGetValue(version, out var checksum))
            {
                Check(script, checksum, "shared");
                continue;
            }
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await ExecuteAsync(connection, script.Body, ct);
            await using var record = new NpgsqlCommand(
                "INSERT INTO shared.schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
                connection
            );
            record.Parameters.Add(new() { Value = version });
            record.Parameters.Add(new() { Value = script.Name });
            record.Parameters.Add(new() { Value = script.Checksum });
            await record.ExecuteNonQueryAsync(ct);
            await transaction.CommitAsync(ct);
            progress($"shared: {version} {script.Name}");
            applied++;
        }
        return applied;
    }

    private static async Task PublishTenantScriptsAsync(
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        var known = await ReadChecksumsAsync(
            connection,
            "SELECT version::text, checksum FROM shared.tenant_scripts",
            ct
        );
        foreach (var script in SqlScript.Tenant)
        {
            if (
                known.TryGetValue(
                    script.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    out var checksum
                )
            )
            {
                Check(script, checksum, "tenant");
                continue;
            }
            await using var insert = new NpgsqlCommand(
                "INSERT INTO shared.tenant_scripts (version, name, checksum, body) VALUES ($1, $2, $3, $4)",
                connection
            );
            insert.Parameters.Add(new() { Value = script.Version });
            insert.Parameters.Add(new() { Value = script.Name });
            insert.Parameters.Add(new() { Value = script.Checksum });
            insert.Parameters.Add(new() { Value = script.Body });
            await insert.ExecuteNonQueryAsync(ct);
        }
    }

    private static void Check(SqlScript script, string applied, string set)
    {
        if (!string.Equals(applied, script.Checksum, StringComparison.Ordinal))
        {
            throw new DatabaseSetupException(
                $"The {set} script {script.Version:000} {script.Name} differs from the one that this database was made with: start the version that made it, or restore the script."
            );
        }
    }

    /// <returns>Whether the schema was made just now.</returns>
    private static async Task<bool> EnsureSchemaAsync(
        NpgsqlConnection connection,
        string schema,
        CancellationToken ct
    )
    {
        await using var find = new NpgsqlCommand(
            "SELECT count(*) FROM shared.tenant_schemas WHERE schema_name = $1",
            connection
        );
        find.Parameters.Add(new() { Value = schema });
        if (await find.ExecuteScalarAsync(ct) is 1L)
        {
            return false;
        }
        await using var create = new NpgsqlCommand(
            "SELECT shared.create_tenant_schema($1)",
            connection
        );
        create.Parameters.Add(new() { Value = schema });
        await create.ExecuteNonQueryAsync(ct);
        return true;
    }

    private static async Task<Dictionary<string, string>> ReadChecksumsAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken ct
    )
    {
        var checksums = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            checksums[reader.GetString(0)] = reader.GetString(1);
        }
        return checksums;
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>What a migration did.</summary>
/// <param name="FailedTenants">Schemas that stay behind; their reason is in <c>shared.tenant_schemas.last_error</c>.</param>
public sealed record MigrationReport(
    int SharedScripts,
    int UpgradedTenants,
    IReadOnlyList<string> FailedTenants
);
