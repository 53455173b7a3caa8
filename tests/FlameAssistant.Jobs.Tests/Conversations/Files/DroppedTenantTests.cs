using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Jobs.Outbox;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using FileOptions = FlameAssistant.Jobs.Conversations.FileOptions;

namespace FlameAssistant.Jobs.Tests.Conversations.Files;

/// <summary>A tenant that is dropped takes its files along; others keep theirs, and twice is once.</summary>
public sealed class DroppedTenantTests(JobsDatabase database)
    : IClassFixture<JobsDatabase>,
        IDisposable
{
    private const string Hash = "0000000000000000000000000000000000000000000000000000000000000000";
    private readonly string folder = Directory.CreateTempSubdirectory("flame-dropped-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Files_of_a_dropped_tenant_should_go_with_it()
    {
        var store = new DiskFileStore(Options.Create(new FileOptions { Path = folder }));
        var dropped = await database.NewTenantAsync();
        var kept = await database.NewTenantAsync();
        await store.PutAsync(dropped.Id, Hash, new MemoryStream([1]), default);
        await store.PutAsync(kept.Id, Hash, new MemoryStream([2]), default);
        var services = database.Services;
        (
            await services
                .GetRequiredService<DeleteTenant>()
                .RunAsync(dropped.Slug, dropped.Slug, Actor.System, default)
        ).IsOk.ShouldBeTrue();
        var handler = new RemoveTenantFilesHandler(
            services.GetRequiredService<TenantCatalog>(),
            store,
            Claims,
            NullLogger<RemoveTenantFilesHandler>.Instance
        );
        (await ClaimAsync()).ShouldBeEmpty();

        (
            await services
                .GetRequiredService<DropTenant>()
                .RunAsync(dropped.Slug, now: true, Actor.System, default)
        ).IsOk.ShouldBeTrue();

        var work = (await ClaimAsync()).Single();
        work.SubjectId.ShouldBe(dropped.Id);
        var system = (
            await services.GetRequiredService<TenantCatalog>().FindAsync(work.TenantId, default)
        )!;
        system.MaySend.ShouldBeTrue();
        await handler.HandleAsync(system, work, default);
        await handler.HandleAsync(system, work, default);
        (await store.OpenAsync(dropped.Id, Hash, default)).ShouldBeNull();
        await using var other = await store.OpenAsync(kept.Id, Hash, default);
        other.ShouldNotBeNull();

        // A row that names a living tenant takes nothing.
        await handler.HandleAsync(system, work with { SubjectId = kept.Id }, default);
        await using var still = await store.OpenAsync(kept.Id, Hash, default);
        still.ShouldNotBeNull();
        (await ClaimAsync()).ShouldBeEmpty();
    }

    private OutboxClaims Claims => database.Services.GetRequiredService<OutboxClaims>();

    private Task<List<ClaimedWork>> ClaimAsync() =>
        Claims.ClaimAsync(OutboxKinds.RemoveTenantFiles, 10, default);
}
