using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Seeding;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Data.Tests.Seeding;

/// <summary>The seeds: what they fill, that a second time changes nothing, and that the walls stand afterwards.</summary>
public sealed class SeedTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Demo_should_fill_two_workspaces_once()
    {
        var seed = ActivatorUtilities.CreateInstance<DemoSeed>(database.Services);
        (await seed.RunAsync(default)).Value.Slug.ShouldBe("demo");
        database.Catalog.Forget();
        var cafe = (await database.Catalog.FindAsync("demo", default))!;
        var clinic = (await database.Catalog.FindAsync("demo2", default))!;
        var before = (await CountsAsync(cafe), await CountsAsync(clinic));

        // The first one has every kind of channel.
        before.ShouldBe(((96L, 96L, 6L, 6L, 6L), (40L, 40L, 6L, 6L, 1L)));
        // Varied: every state but none waits for weeks; the first numbers are the ones written by hand.
        (
            await database.AskAsync<long>("SELECT count(DISTINCT status) FROM conversations", cafe)
        ).ShouldBeGreaterThanOrEqualTo(3);
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM conversations WHERE waiting_since < now() - interval '8 days' AND status = 'open' AND assigned_to IS NULL",
                cafe
            )
        ).ShouldBe(0);
        (
            await database.AskAsync<string>(
                "SELECT c.name FROM conversations v JOIN contacts c ON c.id = v.contact_id ORDER BY v.number LIMIT 1",
                cafe
            )
        ).ShouldBe("Sofía Benítez");
        // Nothing of it is waiting to go out; the bot's provider and the gateway are to be told where their updates go, and the
        // templates of both numbers to be read.
        (
            await database.AskAsync<string[]>(
                "SELECT coalesce(array_agg(kind ORDER BY kind), array[]::text[]) FROM shared.outbox"
            )
        ).ShouldBe([
            OutboxKinds.SyncTemplates,
            OutboxKinds.SyncTemplates,
            OutboxKinds.RegisterWebhook,
            OutboxKinds.RegisterWebhook,
        ]);

        (await seed.RunAsync(default)).IsOk.ShouldBeTrue();
        (await CountsAsync(cafe), await CountsAsync(clinic)).ShouldBe(before);
    }

    [Fact]
    public async Task Scale_should_fill_up_to_what_is_asked_and_leave_everything_in_place()
    {
        var seed = ActivatorUtilities.CreateInstance<ScaleSeed>(database.Services, database.Logins);
        (await seed.RunAsync(2, 2_050, default)).Value.Messages.ShouldBe(2_050);
        database.Catalog.Forget();
        var first = (await database.Catalog.FindAsync("scale-1", default))!;
        var whole = await StructureAsync(first);

        (await seed.RunAsync(2, 2_050, default)).Value.Messages.ShouldBe(0);
        (await seed.RunAsync(2, 2_500, default)).Value.Messages.ShouldBe(450);

        (await database.AskAsync<long>("SELECT count(*) FROM messages", first)).ShouldBe(1_250);
        // As in a workspace that was never filled, but for the schema's name.
        var plain = await database.NewTenantAsync();
        (await StructureAsync(first)).ShouldBe(whole);
        whole
            .Replace(first.SchemaName, "", StringComparison.Ordinal)
            .ShouldBe(
                (await StructureAsync(plain)).Replace(
                    plain.SchemaName,
                    "",
                    StringComparison.Ordinal
                )
            );
        var found = await database.ReadAsync(
            first,
            unit => unit.ListConversationsAsync(new ConversationFilter(), null, default)
        );
        found.Rows.ShouldNotBeEmpty();
        found.Rows.Select(row => row.LastMessageAt).ShouldBeInOrder(SortDirection.Descending);
        var other = (await database.Catalog.FindAsync("scale-2", default))!;
        (
            await database.ReadAsync(
                other,
                unit => unit.ListConversationsAsync(new ConversationFilter(), null, default)
            )
        )
            .Rows.Select(row => row.Id)
            .Intersect(found.Rows.Select(row => row.Id))
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(5, 4)]
    [InlineData(1001, 5000)]
    public async Task Scale_should_refuse_what_makes_no_sense(int tenants, long messages)
    {
        var seed = ActivatorUtilities.CreateInstance<ScaleSeed>(database.Services, database.Logins);

        (await seed.RunAsync(tenants, messages, default)).Error!.Code.ShouldBe("seed.scale");
    }

    private async Task<(long, long, long, long, long)> CountsAsync(TenantRef tenant) =>
        (
            await CountAsync(tenant, "conversations"),
            await CountAsync(tenant, "contacts"),
            await CountAsync(tenant, "tags"),
            await CountAsync(tenant, "response_templates"),
            await CountAsync(tenant, "integrations")
        );

    private Task<long> CountAsync(TenantRef tenant, string table) =>
        database.AskAsync<long>($"SELECT count(*) FROM {table}", tenant);

    private async Task<string> StructureAsync(TenantRef tenant) =>
        await database.AskAsync<string>(
            """
            SELECT string_agg(line, E'\n' ORDER BY line) FROM (
              SELECT indexdef AS line FROM pg_indexes WHERE schemaname = current_schema() AND tablename = 'messages'
              UNION ALL SELECT conname || pg_get_constraintdef(oid) || convalidated FROM pg_constraint WHERE conrelid = 'messages'::regclass AND contype <> 'c'
              UNION ALL SELECT relname || relrowsecurity || relforcerowsecurity FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
            ) s
            """,
            tenant
        ) ?? "";
}
