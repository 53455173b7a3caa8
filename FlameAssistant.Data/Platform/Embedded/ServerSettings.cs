using System.Globalization;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>The server's own settings file, written anew at each start and included by postgresql.conf.</summary>
internal static class ServerSettings
{
    private const string FileName = "flame.conf";

    internal static Task IncludeAsync(string dataPath, CancellationToken ct) =>
        File.AppendAllTextAsync(
            Path.Combine(dataPath, "postgresql.conf"),
            $"\n# Written at each start; ALTER SYSTEM wins over it.\ninclude_if_exists = '{FileName}'\n",
            ct
        );

    internal static Task WriteAsync(
        string dataPath,
        EmbeddedPostgresOptions options,
        int port,
        CancellationToken ct
    )
    {
        var crashSafety = options.Durable ? "on" : "off";
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            listen_addresses = '127.0.0.1'
            port = {port}
            unix_socket_directories = ''
            max_connections = {options.MaxConnections}
            shared_buffers = 256MB
            effective_cache_size = 1GB
            random_page_cost = 1.1
            jit = off
            # A tenant is a schema of some 150 relations, and dropping one locks them all.
            max_locks_per_transaction = 256
            timezone = 'UTC'
            log_timezone = 'UTC'
            fsync = {crashSafety}
            synchronous_commit = {crashSafety}
            full_page_writes = {crashSafety}

            """
        );
        return File.WriteAllTextAsync(Path.Combine(dataPath, FileName), text, ct);
    }
}
