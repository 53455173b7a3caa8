using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FlameAssistant.Data.Platform;

/// <summary>Looks once after every start, beside serving.</summary>
internal sealed class CatalogLintAtStart(CatalogLint lint, ILogger<CatalogLint> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var finding in await lint.RunAsync(stoppingToken))
            {
                CatalogLintLog.Found(logger, finding.Rule, finding.Subject);
            }
        }
        catch (NpgsqlException ex)
        {
            CatalogLintLog.NotRun(logger, ex);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while it looked.
        }
    }
}

internal static partial class CatalogLintLog
{
    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The database has a hole in its walls. {Rule}: {Subject}"
    )]
    public static partial void Found(ILogger logger, string rule, string subject);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The database's walls could not be looked at; the next start looks again"
    )]
    public static partial void NotRun(ILogger logger, Exception exception);
}
