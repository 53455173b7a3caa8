using FlameAssistant.Data.Platform;
using Hangfire.PostgreSql;
using Npgsql;

namespace FlameAssistant.Jobs.Platform;

/// <summary>Hangfire's connections: its own login, its own pool, its own schema.</summary>
internal sealed class HangfireConnections(DatabaseLogins logins) : IConnectionFactory, IDisposable
{
    private readonly NpgsqlDataSource source = DataSources.Build(logins.Hangfire);

    public NpgsqlConnection GetOrCreateConnection() => source.OpenConnection();

    public void Dispose() => source.Dispose();
}
