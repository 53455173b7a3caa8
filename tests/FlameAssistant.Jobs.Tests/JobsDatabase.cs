using FlameAssistant.Jobs.Channels;
using FlameAssistant.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FlameAssistant.Jobs.Tests;

/// <summary>A database of a class's own, with the services of the Jobs floor; its workers are started by the tests.</summary>
public sealed class JobsDatabase : TestDatabase
{
    /// <summary>A hosted service of one node, started; disposing it stops it.</summary>
    public async Task<RunningWorker> StartAsync<TWorker>(IServiceProvider? node = null)
        where TWorker : class, IHostedService
    {
        var worker = ActivatorUtilities.CreateInstance<TWorker>(node ?? Services);
        await worker.StartAsync(default);
        return new RunningWorker(worker);
    }

    protected override void Configure(IServiceCollection collection) =>
        collection.AddFlameJobs(new ConfigurationBuilder().Build());
}

public sealed class RunningWorker(IHostedService worker) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await worker.StopAsync(default);
        (worker as IDisposable)?.Dispose();
    }
}
