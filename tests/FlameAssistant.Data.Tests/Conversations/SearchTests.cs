using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FlameAssistant.Data.Tests.Conversations;

public sealed class SearchTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private TenantRef? shared;

    [Theory]
    [InlineData("pantalon", "Mis pantalones están rotos")]
    [InlineData("PANTALÓN roto", "Mis pantalones están rotos")]
    [InlineData("shipping", "When will it be shipped?")]
    [InlineData("entrega atrasada", "As entregas estão atrasadas")]
    [InlineData("\"están rotos\"", "Mis pantalones están rotos")]
    [InlineData("pantalones -rotos", null)]
    [InlineData("zzz", null)]
    [InlineData("", null)]
    [InlineData("' OR true --", null)]
    [InlineData("& | ! ( <->", null)]
    public async Task Search_messages_should_find_words_of_three_languages(
        string asked,
        string? found
    )
    {
        var tenant = await TenantAsync();
        (
            await AskAsync(
                tenant,
                "SELECT m.content FROM search_messages($1) s JOIN messages m ON m.id = s.message_id",
                asked
            )
        ).ShouldBe(found is null ? [] : [found]);
    }

    [Theory]
    [InlineData("lucia", "Lucía Núñez")]
    [InlineData("nuñez luc", "Lucía Núñez")]
    [InlineData("nu", "Lucía Núñez")]
    [InlineData("example.com", "Zoë")]
    [InlineData("+55 (11) 99000-0042", "Zoë")]
    [InlineData("úñe", "Lucía Núñez")]
    [InlineData("%", null)]
    [InlineData("_", null)]
    [InlineData("\\", null)]
    [InlineData("  ", null)]
    [InlineData("'; DROP TABLE contacts; --", null)]
    public async Task Search_contacts_should_find_parts_of_names_numbers_and_addresses(
        string asked,
        string? found
    )
    {
        var tenant = await TenantAsync();
        (
            await AskAsync(
                tenant,
                "SELECT c.name FROM search_contacts($1) s JOIN contacts c ON c.id = s.contact_id",
                asked
            )
        ).ShouldBe(found is null ? [] : [found]);
    }

    [Theory]
    [InlineData("horario de apertura", "Horario de apertura: abrimos de 9 a 18.")]
    [InlineData("devolución", "Las devoluciones son gratis.")]
    [InlineData("aperturra", "Horario de apertura: abrimos de 9 a 18.")]
    public async Task Search_document_chunks_should_find_words_and_forgive_misspelling(
        string asked,
        string found
    )
    {
        var tenant = await TenantAsync();
        (
            await AskAsync(
                tenant,
                "SELECT d.content FROM search_document_chunks($1) s JOIN document_chunks d ON d.id = s.chunk_id",
                asked
            )
        ).ShouldBe([found]);
    }

    [Fact]
    public async Task Search_messages_should_page_without_gaps()
    {
        var tenant = await TenantAsync();
        await database.ExecuteAsync(
            """
            INSERT INTO messages (id, conversation_id, channel_id, seq, sender_type, content, occurred_at, created_at)
            SELECT gen_random_uuid(), c.id, c.channel_id, 1000 + s, 'contact', 'factura número ' || s, now(), date_trunc('day', now()) - (s / 3) * interval '1 hour'
              FROM (SELECT * FROM conversations LIMIT 1) c, generate_series(1, 25) s
            """,
            tenant
        );
        var seen = await AllAsync(tenant, "facturas");
        seen.Count.ShouldBe(25);
        seen.ShouldBeUnique();
    }

    /// <summary>More than the newest few thousand that are looked through before the word index is asked.</summary>
    [Fact]
    public async Task Search_messages_should_page_through_what_is_long_ago()
    {
        var tenant = await database.NewTenantAsync();
        var channel = await database.NewChannelAsync(tenant);
        await database.ReceiveAsync(tenant, channel, "5511999990100", "Bom dia");
        // One in 900 holds the word, several of them at the same instant; the first of all holds one of its own.
        await database.ExecuteAsync(
            """
            INSERT INTO messages (id, conversation_id, channel_id, seq, sender_type, content, occurred_at, created_at, deleted_at)
            SELECT gen_random_uuid(), c.id, c.channel_id, 1000 + s, 'contact',
                   CASE WHEN s = 1 THEN 'albaricoque' WHEN s % 900 = 0 THEN 'factura número ' || s ELSE 'hola' END,
                   now(), date_trunc('day', now()) - ((20000 - s) / 2000) * interval '1 hour', CASE WHEN s = 1800 THEN now() END
              FROM (SELECT * FROM conversations LIMIT 1) c, generate_series(1, 20000) s
            """,
            tenant
        );

        var invoices = await AllAsync(tenant, "facturas");
        invoices.Count.ShouldBe(21);
        invoices.ShouldBeUnique();
        (await AllAsync(tenant, "albaricoques")).Count.ShouldBe(1);
        (await AllAsync(tenant, "hola", pages: 3)).ShouldBeUnique();
        (await AllAsync(tenant, "zzz")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Functions_should_return_nothing_of_another_tenant()
    {
        var tenant = await TenantAsync();
        var other = await database.NewTenantAsync();
        await using var app = await database.Sources.App.OpenConnectionAsync();
        foreach (var setting in (string[])["", other.Id.ToString()])
        {
            foreach (
                var call in (string[])
                    [
                        "search_messages('pantalon')",
                        "search_contacts('lucia')",
                        "search_document_chunks('gratis')",
                    ]
            )
            {
                await using var command = new NpgsqlCommand(
                    $"SELECT set_config('app.current_tenant_id', '{setting}', false); SELECT count(*) FROM {tenant.SchemaName}.{call}",
                    app
                );
                await using var reader = await command.ExecuteReaderAsync();
                await reader.NextResultAsync();
                await reader.ReadAsync();
                reader.GetInt64(0).ShouldBe(0, call);
            }
        }
    }

    /// <summary>The ids of the pages, ten in each.</summary>
    private async Task<List<string>> AllAsync(TenantRef tenant, string asked, int pages = 1000)
    {
        var seen = new List<string>();
        object at = DBNull.Value;
        object id = DBNull.Value;
        for (var look = 0; look < pages; look++)
        {
            var page = await AskAsync(
                tenant,
                "SELECT message_id || ' ' || to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.USOF') FROM search_messages($1, $2::timestamptz, $3::uuid, 10)",
                asked,
                at,
                id
            );
            if (page.Count == 0)
            {
                break;
            }
            seen.AddRange(page.Select(p => p.Split(' ')[0]));
            (id, at) = (page[^1].Split(' ')[0], page[^1].Split(' ')[1]);
        }
        return seen;
    }

    private async Task<TenantRef> TenantAsync()
    {
        if (shared is not null)
        {
            return shared;
        }
        shared = await database.NewTenantAsync();
        var channel = await database.NewChannelAsync(shared);
        var number = 5511999990100;
        foreach (
            var text in (string[])
                [
                    "Mis pantalones están rotos",
                    "When will it be shipped?",
                    "As entregas estão atrasadas",
                ]
        )
        {
            await database.ReceiveAsync(shared, channel, $"{number++}", text);
        }
        await database.ExecuteAsync(
            """
            INSERT INTO contacts (id, name, phone, email) VALUES
              (gen_random_uuid(), 'Lucía Núñez', '+34600000001', NULL), (gen_random_uuid(), 'Zoë', '+5511990000042', 'zoe@example.com');
            INSERT INTO documents (id, title, created_by) VALUES ('00000000-0000-7000-8000-0000000000d1', 'd', gen_random_uuid());
            INSERT INTO document_chunks (id, document_id, position, content) VALUES
              (gen_random_uuid(), '00000000-0000-7000-8000-0000000000d1', 1, 'Las devoluciones son gratis.'),
              (gen_random_uuid(), '00000000-0000-7000-8000-0000000000d1', 2, 'Horario de apertura: abrimos de 9 a 18.');
            """,
            shared
        );
        return shared;
    }

    private Task<List<string>> AskAsync(TenantRef tenant, string sql, params object[] values) =>
        database.ReadAsync(
            tenant,
            async unit =>
            {
                var found = new List<string>();
                await using var command = new NpgsqlCommand(
                    sql,
                    await unit.ConnectionAsync(default)
                );
                foreach (var value in values)
                {
                    command.Parameters.Add(
                        new() { Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
                    );
                }
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    found.Add(reader.GetString(0));
                }
                return found;
            }
        );
}
