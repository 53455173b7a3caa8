namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>Where the private server lives and how it behaves.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>The folder that holds data, passwords and locks (<c>.flame</c>; setting <c>Flame__Embedded__DataPath</c>).</summary>
    public required string RootPath { get; init; }

    /// <summary>Folders with a PostgreSQL <c>bin</c>, tried in order after <c>FLAME_POSTGRES_BIN</c> and before the search.</summary>
    public IReadOnlyList<string> BinariesPaths { get; init; } = [];

    /// <summary>Whether to look further: the npm package of the repository, system installs, PATH.</summary>
    public bool SearchSystem { get; init; } = true;

    /// <summary>False gives up crash safety for speed: for tests only.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>The database that is created for the product, lower-case letters, digits and underscores.</summary>
    public string DatabaseName { get; init; } = "flame";

    /// <summary>The server's <c>max_connections</c>.</summary>
    public int MaxConnections { get; init; } = 200;

    /// <summary>How long to wait for a server that starts, recovers or stops.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The clock of all waits.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
