using Npgsql;

namespace FlameAssistant.Data.Platform;

/// <summary>Finds the data sources of a cluster; every tenant is on <c>main</c>, and this is the whole preparation for more.</summary>
public interface IDataSourceProvider
{
    ClusterSources For(string cluster);
}

/// <summary>One pooled data source per login.</summary>
public sealed record ClusterSources(
    NpgsqlDataSource App,
    NpgsqlDataSource Worker,
    NpgsqlDataSource Platform
);

/// <summary>The data sources of the one cluster <c>main</c>.</summary>
public sealed class DataSources : IDataSourceProvider, IAsyncDisposable
{
    public const string MainCluster = "main";

    private readonly ClusterSources main;

    public DataSources(DatabaseLogins logins) =>
        main = new ClusterSources(Build(logins.App), Build(logins.Worker), Build(logins.Platform));

    public ClusterSources For(string cluster) =>
        string.Equals(cluster, MainCluster, StringComparison.Ordinal)
            ? main
            : throw new InvalidOperationException($"There is no cluster '{cluster}'.");

    public async ValueTask DisposeAsync()
    {
        await main.App.DisposeAsync();
        await main.Worker.DisposeAsync();
        await main.Platform.DisposeAsync();
    }

    /// <summary>Reading the types of thousands of tenant schemas would take seconds; none of them defines a type.</summary>
    public static NpgsqlDataSource Build(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConfigureTypeLoading(types =>
            types.SetTypeLoadingSchemas("pg_catalog", "public", "shared")
        );
        return builder.Build();
    }
}
