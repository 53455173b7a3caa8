using System.Collections.Concurrent;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Platform;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlameAssistant.Data.Tests.Live;

/// <summary>What one node tells the others, over a database that is not always there.</summary>
public sealed class LiveRelayTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task What_could_not_be_told_should_be_told_when_the_database_is_back()
    {
        var tenant = await database.NewTenantAsync();
        var (here, there) = (NewHub(), NewHub());
        var heard = new ConcurrentQueue<LiveEvent>();
        using var subscription = there.SubscribeAll(heard.Enqueue);
        using var listener = NewRelay(there, database.Get<IDataSourceProvider>());
        using var teller = NewRelay(
            here,
            new AwayAtFirst(database.Get<IDataSourceProvider>(), times: 2)
        );
        await listener.StartAsync(default);
        await Eventually.IsTrueAsync(() => heard.Any(live => live.Kind == LiveKinds.Resync));
        await teller.StartAsync(default);

        var told = new LiveEvent(tenant.Id, LiveKinds.Conversation, Guid.CreateVersion7(), 0);
        here.Publish([told]);

        await Eventually.IsTrueAsync(() => heard.Contains(told));
        await teller.StopAsync(default);
        await listener.StopAsync(default);
    }

    private static LiveHub NewHub() => new(NullLogger<LiveHub>.Instance);

    private LiveRelay NewRelay(LiveHub hub, IDataSourceProvider sources) =>
        new(
            hub,
            database.Services.GetRequiredService<DatabaseLogins>(),
            sources,
            TimeProvider.System,
            NullLogger<LiveRelay>.Instance
        );

    private sealed class AwayAtFirst(IDataSourceProvider sources, int times) : IDataSourceProvider
    {
        private int asked;

        public ClusterSources For(string cluster) =>
            ++asked <= times ? throw new TimeoutException("Away.") : sources.For(cluster);
    }
}
