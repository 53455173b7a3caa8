using System.CommandLine;

namespace FlameAssistant.Web.Platform.Commands;

/// <summary>
/// The app's commands. Results go to stdout, everything else to stderr; the exit code is 0 only for success; each may be run
/// again.
/// </summary>
internal static class CommandLine
{
    private static readonly string[] verbs =
    [
        "migrate",
        "seed",
        "tenant",
        "user",
        "channel",
        "--help",
        "-h",
        "-?",
        "--version",
    ];

    /// <summary>Anything else is a setting for the web host.</summary>
    public static bool IsCommand(string[] args) =>
        args.Length > 0
        && (
            verbs.Contains(args[0], StringComparer.Ordinal)
            || args[0] is not ['-', '-', ..] and not ['/', ..]
        );

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Flame Assistant. Without a command it serves.")
        {
            MigrateCommand.Build(),
            SeedCommand.Build(),
            TenantCommand.Build(),
            UserCommand.Build(),
            ChannelCommand.Build(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            var problems = string.Join(' ', parsed.Errors.Select(e => e.Message));
            await Console.Error.WriteLineAsync(
                $"{problems.ReplaceLineEndings(" ")} --help shows what there is."
            );
            return 1;
        }
        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false }
        );
    }
}
