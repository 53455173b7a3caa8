using FlameAssistant.Jobs.Conversations;
using Serilog;
using Serilog.Events;

namespace FlameAssistant.Web.Platform;

/// <summary>
/// What an operator cannot turn up, by no setting: logs of the framework that repeat what requests carry. Addresses hold
/// tokens, a circuit's calls hold what people type, calls to a provider hold its token in their address.
/// </summary>
internal static class QuietLogs
{
    private const string Rating = "/rate/";

    private static readonly string[] talkative =
    [
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.HttpLogging",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.SignalR",
        "Microsoft.AspNetCore.StaticFiles",
        "System.Net.Http",
    ];

    /// <summary>To be said after the settings are read.</summary>
    public static LoggerConfiguration KeepQuiet(this LoggerConfiguration log)
    {
        foreach (var name in talkative)
        {
            log.MinimumLevel.Override(name, LogEventLevel.Warning);
        }
        return log;
    }

    /// <summary>A path as it may be written down: without the links by which somebody gets in.</summary>
    public static string Path(string path) =>
        Cut(path, Rating) ?? Cut(path, MediaLinks.Path + "/") ?? path;

    private static string? Cut(string path, string start) =>
        path.StartsWith(start, StringComparison.OrdinalIgnoreCase) ? start + "***" : null;
}
