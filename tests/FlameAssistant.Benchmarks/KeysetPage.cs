using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Benchmarks;

/// <summary>
/// Pages of the list and of a thread through <c>TenantDb</c>, against the same in a tenant whose tables have row-level
/// security switched off: the same code, SQL and rows.
/// </summary>
internal static class KeysetPage
{
    private const int Rounds = 600;

    public static async Task RunAsync()
    {
        await using var database = await TestDatabase.CreateAsync();
        var me = Guid.CreateVersion7();
        var actor = Actor.Member(me, MemberRoles.Manager, isOwner: false);
        var walled = await database.NewTenantAsync("walled");
        var open = await database.NewTenantAsync("open");
        var walledThread = await Inboxes.FillAsync(database, walled, me);
        var openThread = await Inboxes.FillAsync(database, open, me);
        await database.ExecuteAsync(
            $"""
            DO $$
            DECLARE t text;
            BEGIN
              FOR t IN SELECT oid::regclass::text FROM pg_class WHERE relnamespace = '{open.SchemaName}'::regnamespace AND relkind IN ('r', 'p') LOOP
                EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', t);
              END LOOP;
            END $$
            """
        );
        var middle = new ConversationCursor(DateTimeOffset.UtcNow.AddMinutes(-5000), Guid.Empty);

        await CompareAsync(
            "The list, first page",
            unit => unit.ListConversationsAsync(new ConversationFilter(), after: null, default),
            unit => unit.ListConversationsAsync(new ConversationFilter(), after: null, default)
        );
        await CompareAsync(
            "The list, a page in the middle",
            unit => unit.ListConversationsAsync(new ConversationFilter(), middle, default),
            unit => unit.ListConversationsAsync(new ConversationFilter(), middle, default)
        );
        await CompareAsync(
            "A thread, a page in the middle",
            unit => unit.ReadThreadAsync(walledThread, beforeSeq: 900, default),
            unit => unit.ReadThreadAsync(openThread, beforeSeq: 900, default)
        );

        async Task CompareAsync<T>(
            string title,
            Func<TenantUnit, Task<T>> walledPage,
            Func<TenantUnit, Task<T>> openPage
        )
        {
            var without = new Sample("without row-level security");
            var with = new Sample("with it");
            await Sample.AlternateAsync(
                warmUp: 100,
                Rounds,
                (without, () => database.ReadAsync(open, openPage, actor)),
                (with, () => database.ReadAsync(walled, walledPage, actor))
            );
            Sample.Print(title, without, with);
        }
    }
}
