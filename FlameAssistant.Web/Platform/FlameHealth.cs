using FlameAssistant.Data.Platform;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlameAssistant.Web.Platform;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: its database logins work.</summary>
internal static class FlameHealth
{
    public static void AddFlameHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: ["ready"]);

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
