using FlameAssistant.Data.Platform;
using FlameAssistant.Testing;

namespace FlameAssistant.Benchmarks;

/// <summary>A tenant more, whole, where 1, 100 and 1,000 are there already; and the lint over all of them.</summary>
internal static class TenantCreation
{
    private const int Rounds = 15;
    private const int LintRounds = 5;

    public static async Task RunAsync()
    {
        var installations = new List<(int Size, TestDatabase Database)>();
        // Not dropped, which takes minutes: they go with the server.
        foreach (var size in (int[])[1, 100, 1000])
        {
            var database = await TestDatabase.CreateAsync();
            installations.Add((size, database));
            await ManyTenants.FillAsync(database, size);
        }
        var creations = installations.ConvertAll(i =>
            (
                Sample: new Sample($"a tenant more, {i.Size:N0} there"),
                Work: (Func<Task>)(() => i.Database.NewTenantAsync())
            )
        );
        await Sample.AlternateAsync(warmUp: 2, Rounds, [.. creations]);
        Print("Tenant creation", creations.ConvertAll(c => c.Sample));

        var lints = installations.ConvertAll(i =>
            (
                Sample: new Sample($"lint of everything, {i.Size:N0} tenants"),
                Work: (Func<Task>)(() => Lint(i.Database).RunAsync(CancellationToken.None))
            )
        );
        lints.AddRange(
            installations.ConvertAll(i =>
                (
                    Sample: new Sample($"lint of one schema, {i.Size:N0} tenants"),
                    Work: (Func<Task>)(
                        () => Lint(i.Database).RunAsync("tenant_tenant_1", CancellationToken.None)
                    )
                )
            )
        );
        await Sample.AlternateAsync(warmUp: 1, LintRounds, [.. lints]);
        Print("Catalog lint", lints.ConvertAll(l => l.Sample));
    }

    private static CatalogLint Lint(TestDatabase database) => database.Get<CatalogLint>();

    private static void Print(string title, List<Sample> samples) =>
        Sample.Print(title, samples[0], [.. samples[1..]]);
}
