using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Benchmarks;

/// <summary>Databases with many tenants, which take a while to make: one of 200 serves all that need no more.</summary>
internal static class ManyTenants
{
    private static readonly Lazy<Task<(TestDatabase, IReadOnlyList<TenantRef>)>> twoHundred = new(
        async () =>
        {
            var database = await TestDatabase.CreateAsync();
            return (database, await FillAsync(database, 200));
        }
    );

    public static Task<(
        TestDatabase Database,
        IReadOnlyList<TenantRef> Tenants
    )> TwoHundredAsync() => twoHundred.Value;

    public static async Task<IReadOnlyList<TenantRef>> FillAsync(TestDatabase database, int count)
    {
        var tenants = new TenantRef[count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 3 },
            async (i, _) => tenants[i] = await database.NewTenantAsync()
        );
        return tenants;
    }
}
