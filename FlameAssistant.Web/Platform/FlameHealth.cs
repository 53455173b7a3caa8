using FlameAssistant.Data.Platform;
using FlameAssistant.Jobs.Conversations;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlameAssistant.Web.Platform;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: its database logins work; Degraded when files are out of reach.</summary>
internal static class FlameHealth
{
    public static void AddFlameHealth(this IServiceCollection services) =>
        services
            .AddHealthChecks()
            .AddCheck<DatabaseHealth>("database", tags: ["ready"])
            // Without files the rest still works, and no node is better than another: degraded, not away.
            .AddCheck<FileStoreHealth>(
                "files",
                HealthStatus.Degraded,
                tags: ["ready"],
                timeout: TimeSpan.FromSeconds(5)
            );

    public static void MapFlameHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks(
                "/health/ready",
                new() { Predicate = check => check.Tags.Contains("ready") }
            )
            .AllowAnonymous();
    }
}

internal sealed class DatabaseHealth(IDataSourceProvider sources) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        var main = sources.For(DataSources.MainCluster);
        try
        {
            foreach (var source in new[] { main.App, main.Worker, main.Platform })
            {
                await using var command = source.CreateCommand("SELECT 1");
                await command.ExecuteScalarAsync(cancellationToken);
            }
            return HealthCheckResult.Healthy();
        }
        catch (Npgsql.NpgsqlException ex)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", ex);
        }
    }
}

internal sealed class FileStoreHealth(IFileStore files) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            await files.CheckAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return new HealthCheckResult(
                context.Registration.FailureStatus,
                "Files can neither be kept nor found.",
                ex
            );
        }
    }
}
