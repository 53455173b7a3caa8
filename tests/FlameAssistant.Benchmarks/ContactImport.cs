using System.Diagnostics;
using System.Globalization;
using System.Text;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Contacts;
using FlameAssistant.Testing;
using Npgsql;

namespace FlameAssistant.Benchmarks;

/// <summary>
/// A file of 100,000 contacts through the product, from its bytes to its rows, in its three steps, against the least that
/// PostgreSQL needs for the same rows: COPY into a bare table, and COPY followed by one INSERT into <c>contacts</c>.
/// </summary>
internal static class ContactImport
{
    private const int Rows = 100_000;

    public static async Task RunAsync()
    {
        await using var database = await TestDatabase.CreateAsync();
        var tenant = await database.NewTenantAsync("import");
        var manager = await database.NewMemberAsync(tenant, MemberRoles.Manager);
        var file = NewFile();

        var bare = await TimeAsync(() => CopyAsync(database, tenant, alsoInsert: false));
        var copied = await TimeAsync(() => CopyAsync(database, tenant, alsoInsert: true));
        await database.ExecuteAsync("DELETE FROM contacts; DELETE FROM activity_log", tenant);
        Guid import = default;
        var read = await TimeAsync(async () =>
            import = (
                await new ContactFiles(database.Units).TakeAsync(
                    tenant,
                    manager,
                    "people.csv",
                    new MemoryStream(file),
                    default
                )
            ).Value
        );
        await database.DoAsync(
            tenant,
            manager,
            new CheckImport(
                import,
                new ImportOptions(["name", "phone", "email", ""], "BR", Updates: true, [])
            )
        );
        var check = await TimeAsync(() => WorkAsync(database, tenant, import));
        await database.DoAsync(tenant, manager, new StartImport(import));
        var write = await TimeAsync(() => WorkAsync(database, tenant, import));
        var made = await database.AskAsync<long>("SELECT count(*) FROM contacts", tenant);

        Console.WriteLine();
        Console.WriteLine($"### Import of {Rows:N0} contacts ({made:N0} made)");
        Console.WriteLine();
        Console.WriteLine("| what | seconds | rows per second | ratio to COPY and INSERT |");
        Console.WriteLine("|---|---|---|---|");
        foreach (
            var (name, time) in new (string, TimeSpan)[]
            {
                ("COPY into a bare table", bare),
                ("COPY, then INSERT into contacts with its triggers and indexes", copied),
                ("reading the file into staged rows", read),
                ("checking", check),
                ("writing", write),
                ("all three", read + check + write),
            }
        )
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {time.TotalSeconds:0.00} | {Rows / time.TotalSeconds:N0} | {time / copied:0.00} |"
                )
            );
        }
    }

    private static async Task WorkAsync(TestDatabase database, TenantRef tenant, Guid import)
    {
        while (
            !(
                await database.DoAsync(
                    tenant,
                    Actor.System,
                    new RunImportBatch(Guid.Empty, import, ImportContactsHandler.AtOnce)
                )
            ).IsOver
        )
        {
            // The next rows.
        }
    }

    private static async Task CopyAsync(TestDatabase database, TenantRef tenant, bool alsoInsert)
    {
        await using var connection = await database.OpenOwnerAsync(tenant);
        await using (
            var create = new NpgsqlCommand(
                "CREATE TEMP TABLE incoming (name text, phone text, email text)",
                connection
            )
        )
        {
            await create.ExecuteNonQueryAsync();
        }
        await using (
            var copy = await connection.BeginBinaryImportAsync(
                "COPY incoming FROM STDIN (FORMAT binary)"
            )
        )
        {
            for (var i = 0; i < Rows; i++)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(NameOf(i));
                await copy.WriteAsync(PhoneOf(i));
                await copy.WriteAsync(EmailOf(i));
            }
            await copy.CompleteAsync();
        }
        if (!alsoInsert)
        {
            return;
        }
        await using var insert = new NpgsqlCommand(
            "INSERT INTO contacts (id, name, phone, email) SELECT gen_random_uuid(), name, phone, email FROM incoming",
            connection
        )
        {
            CommandTimeout = 300,
        };
        await insert.ExecuteNonQueryAsync();
    }

    private static byte[] NewFile()
    {
        var text = new StringBuilder("name,phone,email,other\n");
        for (var i = 0; i < Rows; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\"{NameOf(i)}\",{PhoneOf(i)},{EmailOf(i)},\"something, that is left out\"\n"
            );
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string NameOf(int i) => $"Persona Número {i}";

    private static string PhoneOf(int i) => $"+5511{900_000_000 + i}";

    private static string EmailOf(int i) => $"persona.{i}@example.com";

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }
}
