using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace FlameAssistant.Data.Platform;

/// <summary>
/// The connection strings of the product's logins. Each can be given; one that is not is derived from the owner's:
/// same server, password = HMAC-SHA256(owner's password, role name), hence equal on every node.
/// </summary>
public sealed record DatabaseLogins(
    string Owner,
    string App,
    string Worker,
    string Platform,
    string Hangfire
)
{
    public const string OwnerRole = "flame_owner";
    public const string MigratorRole = "flame_migrator";
    public const string SearchRole = "flame_search";
    public const string AppRole = "flame_app";
    public const string WorkerRole = "flame_worker";
    public const string PlatformRole = "flame_platform";
    public const string HangfireRole = "flame_hangfire";

    /// <param name="owner">The login that owns the database and may create roles.</param>
    /// <param name="given">Reads <c>ConnectionStrings__Flame{App,Worker,Platform,Hangfire}</c> by its last word; null if not set.</param>
    public static DatabaseLogins From(string owner, Func<string, string?>? given = null) =>
        new(
            owner,
            given?.Invoke("App") ?? Derive(owner, AppRole, poolSize: 16),
            given?.Invoke("Worker") ?? Derive(owner, WorkerRole, poolSize: 8),
            given?.Invoke("Platform") ?? Derive(owner, PlatformRole, poolSize: 4),
            given?.Invoke("Hangfire") ?? Derive(owner, HangfireRole, poolSize: 10)
        );

    public IEnumerable<(string Role, string ConnectionString)> All() =>
        [(AppRole, App), (WorkerRole, Worker), (PlatformRole, Platform), (HangfireRole, Hangfire)];

    private static string Derive(string owner, string role, int poolSize)
    {
        var builder = new NpgsqlConnectionStringBuilder(owner);
        var key = Encoding.UTF8.GetBytes(builder.Password ?? "");
        builder.Password = Convert.ToHexStringLower(
            HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(role))
        );
        builder.Username = role;
        builder.MaxPoolSize = poolSize;
        // A backend keeps memory for every schema that it touched.
        builder.ConnectionLifetime = 600;
        builder.ApplicationName = role;
        // The details of an error are the row that was refused: customers' words, which would come into the logs.
        builder.IncludeErrorDetail = false;
        return builder.ConnectionString;
    }
}
