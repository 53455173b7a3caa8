using System.Text.RegularExpressions;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>The programs of one PostgreSQL installation.</summary>
internal sealed partial record PostgresBinaries(string BinPath, Version Version)
{
    internal string Initdb => Path.Combine(BinPath, "initdb");

    internal string PgCtl => Path.Combine(BinPath, "pg_ctl");

    internal int Major => Version.Major;

    /// <summary>Asks the server program for its version, as the user that will run it; null when that fails.</summary>
    internal static async Task<PostgresBinaries?> ProbeAsync(
        string binPath,
        ServerAccount account,
        CancellationToken ct
    )
    {
        var result = await account.RunAsync(Path.Combine(binPath, "postgres"), ["--version"], ct);
        var number = VersionNumber().Match(result.Output);
        if (!result.Succeeded || !number.Success)
            return null;
        var version = Version.Parse(
            number.Value.Contains('.', StringComparison.Ordinal)
                ? number.Value
                : $"{number.Value}.0"
        );
        return new PostgresBinaries(binPath, version);
    }

    [GeneratedRegex(
        @"\d+(\.\d+)*",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex VersionNumber();
}
