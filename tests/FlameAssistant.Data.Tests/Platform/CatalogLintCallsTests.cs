using System.Collections.Concurrent;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Data.Tests.Platform;

/// <summary>A hole must not wait for somebody who looks: each start and each provisioning says it.</summary>
public sealed class CatalogLintCallsTests(CatalogLintCallsTests.Loud database)
    : IClassFixture<CatalogLintCallsTests.Loud>
{
    [Fact]
    public async Task Start_should_say_a_hole_in_any_tenant()
    {
        var tenant = await database.NewTenantAsync();
        await database.ExecuteAsync(
            $"ALTER TABLE {tenant.SchemaName}.contacts NO FORCE ROW LEVEL SECURITY"
        );
        var atStart = database.Services.GetServices<IHostedService>().OfType<CatalogLintAtStart>();

        await atStart.Single().StartAsync(CancellationToken.None);

        await Eventually.IsTrueAsync(() => Task.FromResult(Said($"{tenant.SchemaName}.contacts")));
        await database.ExecuteAsync(
            $"ALTER TABLE {tenant.SchemaName}.contacts FORCE ROW LEVEL SECURITY"
        );
    }

    [Fact]
    public async Task Provisioning_should_say_a_hole_in_the_new_tenant()
    {
        await database.ExecuteAsync(
            "ALTER DEFAULT PRIVILEGES FOR ROLE flame_owner GRANT TRUNCATE ON TABLES TO flame_app"
        );

        TenantRef tenant = await database.NewTenantAsync();

        Said($"{tenant.SchemaName}.").ShouldBeTrue(string.Join('\n', database.Lines));
        await database.ExecuteAsync(
            "ALTER DEFAULT PRIVILEGES FOR ROLE flame_owner REVOKE TRUNCATE ON TABLES FROM flame_app"
        );
    }

    private bool Said(string subject) =>
        database.Lines.Any(line =>
            line.Contains("hole in its walls", StringComparison.Ordinal)
            && line.Contains(subject, StringComparison.Ordinal)
        );

    public sealed class Loud : TestDatabase
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        protected override void Configure(IServiceCollection collection) =>
            collection.AddLogging(logging => logging.AddProvider(new LogLines(Lines)));
    }

    private sealed class LogLines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => lines.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
