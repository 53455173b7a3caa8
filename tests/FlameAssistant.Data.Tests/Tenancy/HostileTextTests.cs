using System.Reflection;
using System.Runtime.CompilerServices;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Data.Tests.Platform;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FlameAssistant.Data.Tests.Tenancy;

/// <summary>
/// Text that is no text but an attack, in every text parameter of every function of the tenant's schema that the app may
/// run (by the catalog) and of every query on a unit (by reflection): a new one is in it by itself.
/// </summary>
public sealed class HostileTextTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string[] hostile =
    [
        "'",
        "''",
        "\"",
        "\\",
        "\\'",
        "'; DROP TABLE contacts CASCADE; --",
        "' OR true --",
        "$$; DROP SCHEMA shared CASCADE; $$",
        "%",
        "_",
        "%%%%%%%%_____",
        "{0} {{tenant}} {{schema}}",
        "$1 $2 @p0 :p0",
        "(((((((",
        "a & | ! <-> :*",
        "\"unclosed phrase OR -",
        "\r\n\t\v",
        "\u202e\u200b\u2028",
        "🔥👩‍👩‍👧",
        "İıßΣς",
        new string('a', 100_000),
        new string('%', 10_000),
        string.Concat(Enumerable.Repeat("wort ", 5_000)),
        string.Concat(Enumerable.Repeat("\"a b\" -c OR ", 2_000)),
    ];

    [Fact]
    public async Task Functions_of_the_tenant_should_take_any_text_and_tell_of_this_tenant_only()
    {
        var (tenant, ids) = await FilledAsync();
        await FilledAsync();
        var functions = await FunctionsAsync(tenant);
        functions.Count.ShouldBeGreaterThan(2);
        foreach (var (name, texts) in functions)
        {
            foreach (var text in hostile)
            {
                var arguments = string.Join(
                    ", ",
                    texts.Select((parameter, i) => $"{parameter} => ${i + 1}")
                );
                var found = await database.ReadAsync(
                    tenant,
                    async unit =>
                    {
                        await using var command = new NpgsqlCommand(
                            $"SELECT f::text FROM {name}({arguments}) f",
                            await unit.ConnectionAsync(default)
                        );
                        foreach (var _ in texts)
                        {
                            command.Parameters.Add(new() { Value = text });
                        }
                        var rows = new List<string>();
                        await using var reader = await command.ExecuteReaderAsync();
                        while (await reader.ReadAsync())
                        {
                            rows.Add(reader.GetString(0));
                        }
                        return rows;
                    }
                );
                found
                    .Where(row => !ids.Any(id => row.Contains(id, StringComparison.Ordinal)))
                    .ShouldBeEmpty($"{name} of {Shown(text)}");
            }
        }
        await ShouldBeWholeAsync(tenant);
    }

    [Fact]
    public async Task Queries_should_take_any_text()
    {
        var (tenant, _) = await FilledAsync();
        var asked = 0;
        foreach (var query in Queries())
        {
            foreach (var text in hostile.Append("\0").Append("a\0b").Append("\ud800"))
            {
                var isText = false;
                await database.ReadAsync(
                    tenant,
                    async unit =>
                    {
                        var arguments = query
                            .GetParameters()
                            .Select(p =>
                                p.ParameterType == typeof(TenantUnit)
                                    ? unit
                                    : Argument(p.ParameterType, text, ref isText)
                            )
                            .ToArray();
                        if (isText)
                        {
                            asked++;
                            await (Task)query.Invoke(null, arguments)!;
                        }
                        return true;
                    }
                );
            }
        }
        asked.ShouldBeGreaterThan(0);
        foreach (var text in hostile.Append("\0").Append("\ud800"))
        {
            (await database.Catalog.FindAsync(text, default)).ShouldBeNull();
            await database.Get<FeatureFlags>().IsOnAsync(tenant, text, default);
        }
        await ShouldBeWholeAsync(tenant);
    }

    private static IEnumerable<MethodInfo> Queries() =>
        typeof(TenantUnit)
            .Assembly.GetTypes()
            .Where(t => t is { IsAbstract: true, IsSealed: true })
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(m =>
                m.IsDefined(typeof(ExtensionAttribute))
                && !m.IsGenericMethod
                && m.GetParameters()[0].ParameterType == typeof(TenantUnit)
                && typeof(Task).IsAssignableFrom(m.ReturnType)
            );

    /// <summary>The text where one is asked for, also within a filter; else nothing in particular.</summary>
    private static object? Argument(Type type, string text, ref bool isText)
    {
        if (type == typeof(string))
        {
            isText = true;
            return text;
        }
        if (type.IsValueType)
        {
            return Activator.CreateInstance(type);
        }
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>))
        {
            return Array.CreateInstance(type.GetGenericArguments()[0], 0);
        }
        if (type.GetConstructor([]) is null)
        {
            return null;
        }
        var filter = Activator.CreateInstance(type)!;
        foreach (
            var property in type.GetProperties()
                .Where(p => p is { CanWrite: true } && p.PropertyType == typeof(string))
        )
        {
            isText = true;
            property.SetValue(filter, text);
        }
        return filter;
    }

    private async Task<List<(string Name, List<string> Texts)>> FunctionsAsync(TenantRef tenant)
    {
        var functions = new List<(string, List<string>)>();
        await using var connection = await database.OpenOwnerAsync();
        await using var command = new NpgsqlCommand(
            $"""
            SELECT p.proname::text,
                   (SELECT array_agg(p.proargnames[i]) FROM generate_series(1, p.pronargs) i WHERE p.proargtypes[i - 1] = 'text'::regtype)
              FROM pg_proc p WHERE p.pronamespace = '{tenant.SchemaName}'::regnamespace AND has_function_privilege('flame_app', p.oid, 'EXECUTE')
               AND 'text'::regtype = ANY (p.proargtypes::oid[])
            """,
            connection
        );
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            functions.Add((reader.GetString(0), [.. reader.GetFieldValue<string[]>(1)]));
        }
        return functions;
    }

    /// <summary>A tenant with something to find for each search, and all its ids.</summary>
    private async Task<(TenantRef Tenant, HashSet<string> Ids)> FilledAsync()
    {
        var tenant = await database.NewTenantAsync();
        var channel = await database.NewChannelAsync(tenant);
        foreach (var text in (string[])["100% 'cotton' wort", "a b", "aaa \\ $1"])
        {
            await database.ReceiveAsync(tenant, channel, database.Next("55119999900"), text);
        }
        await database.ExecuteAsync(
            """
            INSERT INTO documents (id, title, created_by) VALUES (gen_random_uuid(), 'd', gen_random_uuid());
            INSERT INTO document_chunks (id, document_id, position, content)
              SELECT gen_random_uuid(), id, i, 'wort 100% ''a'' "b" ' || i FROM documents, generate_series(1, 3) i;
            """,
            tenant
        );
        return (
            tenant,
            [
                .. (
                    await database.AskAsync<string[]>(
                        "SELECT array_agg(id::text) FROM (SELECT id FROM messages UNION ALL SELECT id FROM contacts UNION ALL SELECT id FROM document_chunks) r",
                        tenant
                    )
                )!,
            ]
        );
    }

    private async Task ShouldBeWholeAsync(TenantRef tenant)
    {
        (await database.AskAsync<long>("SELECT count(*) FROM contacts", tenant)).ShouldBe(3);
        (await TenantStructure.ReadAsync(database, tenant.SchemaName, tenant.Id)).ShouldBe(
            await TenantStructure.ReadAsync(database, SystemTenant.TemplateSchema, Guid.Empty)
        );
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
