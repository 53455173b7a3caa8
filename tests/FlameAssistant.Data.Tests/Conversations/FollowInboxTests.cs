using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>What an inbox asks for after a live change: what changed, and nothing that its member may not see.</summary>
public sealed class FollowInboxTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Guid channel;
    private Actor agent = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.NewTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        agent = await database.NewMemberAsync(tenant, MemberRoles.Agent);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Changed_row_should_come_if_the_list_holds_it()
    {
        var one = (await ReceiveAsync("5511999990001", "Bom dia")).ConversationId;
        var other = (await ReceiveAsync("5511999990002", "Olá")).ConversationId;
        await database.DoAsync(tenant, agent, new TakeConversation(other));

        (await FollowAsync(new(), [one, other]))
            .Rows.Select(r => r.Id)
            .ShouldBe([other, one], true);
        (await FollowAsync(new() { View = ConversationViewNames.Mine }, [one, other]))
            .Rows.Single()
            .Id.ShouldBe(other);
        (await FollowAsync(new(), [])).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Thread_should_get_the_messages_asked_for_and_what_was_done_since()
    {
        var one = (await ReceiveAsync("5511999990003", "Bom dia")).ConversationId;
        await ReceiveAsync("5511999990003", "Tem azul?");
        await database.DoAsync(tenant, agent, new TakeConversation(one));

        var news = (
            await FollowAsync(new(), [one], new ThreadMark(one, [2], DateTimeOffset.UnixEpoch))
        ).Shown.ShouldNotBeNull();

        news.Messages.Single().Content.ShouldBe("Tem azul?");
        news.Events.ShouldContain(e => e.Kind == ConversationEventKinds.Assigned);
        news.Pulse.AssignedTo.ShouldBe(agent.UserId);
        news.Pulse.InboundSeq.ShouldBe(2);
        (
            await FollowAsync(
                new(),
                [one],
                new ThreadMark(one, [2], DateTimeOffset.UtcNow.AddYears(9))
            )
        ).Shown!.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task Conversation_of_a_hidden_channel_should_give_nothing()
    {
        var one = (await ReceiveAsync("5511999990004", "Bom dia")).ConversationId;
        var insider = await database.NewMemberAsync(tenant, MemberRoles.Agent);
        await database.ExecuteAsync(
            $"INSERT INTO channel_members (channel_id, user_id) VALUES ('{channel}', '{insider.UserId}')",
            tenant
        );

        var mark = new ThreadMark(one, [1], DateTimeOffset.UnixEpoch);
        var hidden = await FollowAsync(new(), [one], mark);

        hidden.Rows.ShouldBeEmpty();
        hidden.Shown.ShouldBeNull();
        var seen = await database.ReadAsync(
            tenant,
            unit => unit.FollowInboxAsync(new(), [one], mark, default),
            insider
        );
        seen.Rows.Count.ShouldBe(1);
        seen.Shown!.Messages.Count.ShouldBe(1);
    }

    [Fact]
    public void Relay_should_tell_each_once_and_a_flood_of_one_conversation_as_one_change()
    {
        var conversation = Guid.CreateVersion7();
        LiveEvent Message(long seq) => new(tenant.Id, LiveKinds.Message, conversation, seq);
        var quiet = new LiveEvent(tenant.Id, LiveKinds.Message, Guid.CreateVersion7(), 4);

        LiveRelay
            .Fewer([Message(1), Message(2), Message(1), quiet])
            .ShouldBe([Message(1), Message(2), quiet], ignoreOrder: true);
        LiveRelay
            .Fewer([.. Enumerable.Range(1, 500).Select(seq => Message(seq)), quiet])
            .ShouldBe(
                [new LiveEvent(tenant.Id, LiveKinds.Conversation, conversation, 0), quiet],
                ignoreOrder: true
            );
    }

    [Fact]
    public async Task Reading_should_be_told_to_the_readers_own_screens()
    {
        var one = (await ReceiveAsync("5511999990005", "Bom dia")).ConversationId;
        var heard = new List<LiveEvent>();
        using var subscription = database.Live.Subscribe(tenant.Id, heard.Add);

        await database.DoAsync(tenant, agent, new MarkConversationRead(one, 1));

        var read = heard.Single(live => live.SubjectId == one);
        PersonalHint.WhoReads(read).ShouldBe(agent.UserId);
    }

    private Task<ReceivedMessage> ReceiveAsync(string who, string text) =>
        database.ReceiveAsync(tenant, channel, who, text);

    private Task<InboxNews> FollowAsync(
        ConversationFilter filter,
        Guid[] changed,
        ThreadMark? shown = null
    ) =>
        database.ReadAsync(
            tenant,
            unit => unit.FollowInboxAsync(filter, changed, shown, default),
            agent
        );
}
