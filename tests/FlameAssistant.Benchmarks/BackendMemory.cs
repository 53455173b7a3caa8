using System.Globalization;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FlameAssistant.Benchmarks;

/// <summary>What one server process keeps of the schemas it has worked in: their catalogs' rows, for its whole life.</summary>
internal static class BackendMemory
{
    public static async Task RunAsync()
    {
        var (database, tenants) = await ManyTenants.TwoHundredAsync();
        await using var node = database.NewServices(
            database.Logins with
            {
                App = new NpgsqlConnectionStringBuilder(database.Logins.App)
                {
                    MaxPoolSize = 1,
                }.ConnectionString,
            }
        );
        var units = node.GetRequiredService<TenantUnits>();
        var actor = Actor.Member(Guid.CreateVersion7(), MemberRoles.Manager, isOwner: false);
        Console.WriteLine();
        Console.WriteLine("### Memory of a backend");
        Console.WriteLine();
        Console.WriteLine("| schemas in which it showed the inbox and a thread | its own memory |");
        Console.WriteLine("|---|---|");
        var touched = 0;
        foreach (var tenant in tenants)
        {
            var pid = await units.ReadAsync(
                tenant,
                actor,
                async (unit, ct) =>
                {
                    await unit.ListConversationsAsync(new ConversationFilter(), after: null, ct);
                    await unit.CountConversationsAsync(ct);
                    await unit.ReadThreadAsync(Guid.Empty, beforeSeq: null, ct);
                    await unit.Db.Messages.Take(1).ToListAsync(ct);
                    return await unit
                        .Db.Database.SqlQuery<int>($"""SELECT pg_backend_pid() AS "Value" """)
                        .SingleAsync(ct);
                },
                CancellationToken.None
            );
            if (++touched is 1 or 50 or 100 or 200)
            {
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {touched} | {OwnMegabytes(pid):0.0} MB |"
                    )
                );
            }
        }
    }

    /// <summary>Without what it shares with the other processes.</summary>
    private static double OwnMegabytes(int pid) =>
        double.Parse(
            File.ReadLines($"/proc/{pid}/status")
                .First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
                .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) / 1024;
}
