using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Conversations;

public sealed class ConversationQueriesTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Guid channel;
    private Actor me = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        me = await database.NewMemberAsync(tenant);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Pages_should_cover_every_conversation_once_while_messages_arrive()
    {
        // Several of one moment: the id decides.
        for (var i = 0; i < 130; i++)
        {
            if (i % 3 == 0)
            {
                database.Clock.Advance(TimeSpan.FromSeconds(1));
            }
            await database.ReceiveAsync(tenant, channel, $"5491{i:0000}", $"First {i}");
        }
        var seen = new List<Guid>();
        var before = await IdsAsync();
        ConversationCursor? cursor = null;
        var step = 0;
        do
        {
            var page = await ListAsync(new ConversationFilter(), cursor);
            page.Rows.Count.ShouldBeLessThanOrEqualTo(ConversationQueries.PageSize);
            seen.AddRange(page.Rows.Select(r => r.Id));
            cursor = page.Next;
            // New ones come above, and one that was seen moves up there.
            database.Clock.Advance(TimeSpan.FromSeconds(1));
            await database.ReceiveAsync(tenant, channel, $"5492{step:0000}", "New");
            await database.ReceiveAsync(tenant, channel, "54910129", "Moves up");
            step++;
        } while (cursor is not null);

        seen.ShouldBeUnique();
        seen.ShouldBe(before);
    }

    [Fact]
    public async Task Thread_pages_should_cover_every_message_once_in_order()
    {
        var conversation = Guid.Empty;
        for (var i = 0; i < 120; i++)
        {
            if (i % 4 == 0)
            {
                database.Clock.Advance(TimeSpan.FromSeconds(1));
            }
            conversation = (
                await database.ReceiveAsync(tenant, channel, "54930000", $"{i}")
            ).ConversationId;
        }
        var texts = new List<string>();
        long? before = null;
        ThreadPage page;
        do
        {
            page = await database.ReadAsync(
                tenant,
                unit => unit.ReadThreadAsync(conversation, before, default),
                me
            );
            texts.InsertRange(0, page.Messages.Select(m => m.Content));
            before = page.Messages[0].Seq;
            await database.ReceiveAsync(tenant, channel, "54930000", "Newer");
        } while (page.HasEarlier);
        texts.ShouldBe(Enumerable.Range(0, 120).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Views_should_hold_what_their_names_say()
    {
        var mine = await ReceiveAsync("54940001");
        var others = await ReceiveAsync("54940002");
        var free = await ReceiveAsync("54940003");
        var pending = await ReceiveAsync("54940004");
        var resolved = await ReceiveAsync("54940005");
        await DoAsync(new AssignConversation(mine, me.Id));
        await DoAsync(new AssignConversation(others, (await database.NewMemberAsync(tenant)).Id));
        await DoAsync(new SetConversationStatus(pending, ConversationStatuses.Pending));
        await DoAsync(new SetConversationStatus(resolved, ConversationStatuses.Resolved));

        (await IdsAsync(ConversationViewNames.Mine)).ShouldBe([mine]);
        (await IdsAsync(ConversationViewNames.Unassigned)).ShouldBe([free]);
        (await IdsAsync(ConversationViewNames.All)).ShouldBe(
            [mine, others, free, pending],
            ignoreOrder: true
        );
        (await IdsAsync(ConversationViewNames.All, ConversationStatuses.Resolved)).ShouldBe([
            resolved,
        ]);
        (
            await database.ReadAsync(tenant, unit => unit.CountConversationsAsync(default), me)
        ).ShouldBe(
            new ConversationCounts(
                Mine: 1,
                Unassigned: 1,
                Mentions: 0,
                All: 4,
                Snoozed: 0,
                Waiting: 1
            )
        );
    }

    [Fact]
    public async Task FindConversation_should_show_contact_channel_and_assignee()
    {
        var id = await ReceiveAsync("54950001");
        await DoAsync(new AssignConversation(id, me.Id));
        var number = (await ListAsync(new ConversationFilter(), null)).Rows.Single().Number;
        var details = (
            await database.ReadAsync(
                tenant,
                unit => unit.FindConversationAsync(number, default),
                me
            )
        ).ShouldNotBeNull();
        (details.Id, details.Contact.Phone, details.Channel.Id).ShouldBe(
            (id, "+54950001", channel)
        );
        details.AssigneeName.ShouldNotBeNull();
        details.Contact.Identities.ShouldHaveSingleItem().Value.ShouldBe("54950001");
        (
            await database.ReadAsync(
                tenant,
                unit => unit.FindConversationAsync(number + 1, default),
                me
            )
        ).ShouldBeNull();
    }

    [Fact]
    public async Task Somebody_without_the_permission_should_see_nothing()
    {
        var id = await ReceiveAsync("54960001");
        me = Actor.Member(me.Id, "no such role", isOwner: false);
        (await IdsAsync()).ShouldBeEmpty();
        (
            await database.ReadAsync(tenant, unit => unit.CountConversationsAsync(default), me)
        ).ShouldBe(ConversationCounts.None);
        (
            await database.ReadAsync(tenant, unit => unit.ReadThreadAsync(id, null, default), me)
        ).Messages.ShouldBeEmpty();
    }

    private async Task<Guid> ReceiveAsync(string from) =>
        (await database.ReceiveAsync(tenant, channel, from)).ConversationId;

    private Task<T> DoAsync<T>(ITenantOperation<T> operation) =>
        database.DoAsync(tenant, Actor.System, operation);

    private Task<ConversationPage> ListAsync(
        ConversationFilter filter,
        ConversationCursor? after
    ) =>
        database.ReadAsync(tenant, unit => unit.ListConversationsAsync(filter, after, default), me);

    private async Task<List<Guid>> IdsAsync(
        string view = ConversationViewNames.All,
        string? status = null
    )
    {
        var ids = new List<Guid>();
        ConversationCursor? cursor = null;
        do
        {
            var page = await ListAsync(
                new ConversationFilter { View = view, Status = status },
                cursor
            );
            ids.AddRange(page.Rows.Select(r => r.Id));
            cursor = page.Next;
        } while (cursor is not null);
        return ids;
    }
}
