using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>Watermarks and shut-out bots: in any order, more than once, before and after what they are about.</summary>
public sealed class ContactMarksTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_watermark_should_move_all_earlier_messages_and_no_later_one()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Messenger);
        var (conversation, ids) = await SentAsync(talk, 3);
        var between = (await talk.MessageAsync(ids[1])).ProviderAt!.Value;

        (await talk.MarkAsync(ContactMarks.Delivered, between)).ShouldBe(2);
        (await talk.MarkAsync(ContactMarks.Delivered, between)).ShouldBe(0);
        (await StatusesAsync(talk, ids)).ShouldBe(["delivered", "delivered", "accepted"]);

        (await talk.MarkAsync(ContactMarks.Read, between)).ShouldBe(2);
        (await StatusesAsync(talk, ids)).ShouldBe(["read", "read", "accepted"]);
        (await talk.ThreadAsync(conversation)).Messages.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_watermark_before_the_answer_should_be_kept_for_it()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Messenger);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "m_1"))).ConversationId;
        var id = await talk.SendAsync(conversation, "Oi!");
        (await talk.BeginAsync(id)).ShouldNotBeNull();

        (await talk.MarkAsync(ContactMarks.Read, talk.Now.AddSeconds(1))).ShouldBe(0);
        await talk.FinishAsync(id, new DeliveryOutcome.Accepted("m_out"));

        (await talk.MessageAsync(id)).Status.ShouldBe(MessageStatuses.Read);
    }

    [Fact]
    public async Task A_watermark_before_a_later_attempt_should_not_count_for_it()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Messenger);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "m_1"))).ConversationId;
        var id = await talk.SendAsync(conversation, "Oi!");
        await talk.DeliverAsync(
            id,
            new DeliveryOutcome.Postponed(TimeSpan.FromSeconds(1), "613", "Later")
        );
        await talk.MarkAsync(ContactMarks.Read, talk.Now);
        database.Clock.Advance(TimeSpan.FromSeconds(30));

        await talk.DeliverAsync(id, new DeliveryOutcome.Accepted("m_out"));

        (await talk.MessageAsync(id)).Status.ShouldBe(MessageStatuses.Accepted);
    }

    [Fact]
    public async Task Receipts_should_give_the_same_times_in_any_order()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Messenger);
        var (_, ids) = await SentAsync(talk, 1);
        var first = talk.Now.AddSeconds(2);
        database.Clock.Advance(TimeSpan.FromMinutes(1));

        await talk.MarkAsync(ContactMarks.Read, first.AddSeconds(10));
        await talk.MarkAsync(ContactMarks.Read, first.AddSeconds(5));
        await talk.MarkAsync(ContactMarks.Delivered, first.AddSeconds(5));
        await talk.MarkAsync(ContactMarks.Delivered, first);

        var message = await talk.MessageAsync(ids[0]);
        (message.Status, message.ReadAt, message.DeliveredAt).ShouldBe(
            (MessageStatuses.Read, first.AddSeconds(5), first)
        );
    }

    [Fact]
    public async Task Who_shut_the_bot_out_should_not_be_written_to_until_they_write()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "1111111:1"))).ConversationId;
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        await talk.MarkAsync(ContactMarks.Blocked, talk.Now);

        (await talk.TrySendAsync(conversation, "Oi")).Error.ShouldBe(
            ConversationErrors.ContactShutOut
        );

        database.Clock.Advance(TimeSpan.FromMinutes(1));
        await talk.ReceiveAsync(talk.Says("Voltei", "1111111:2"));
        (await talk.TrySendAsync(conversation, "Oi")).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task A_late_word_of_shutting_out_should_not_undo_letting_in()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "1111111:1"))).ConversationId;
        await talk.MarkAsync(ContactMarks.Unblocked, talk.Now.AddSeconds(20));
        await talk.MarkAsync(ContactMarks.Blocked, talk.Now.AddSeconds(10));

        (await talk.TrySendAsync(conversation, "Oi")).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task A_refusal_should_tell_that_the_bot_is_shut_out()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "1111111:1"))).ConversationId;
        var id = await talk.SendAsync(conversation, "Oi");
        database.Clock.Advance(TimeSpan.FromSeconds(1));

        await talk.DeliverAsync(
            id,
            new DeliveryOutcome.Rejected("403", "Blocked") { ShutOutBy = ChannelTalk.Chat }
        );

        (await talk.MessageAsync(id)).Status.ShouldBe(MessageStatuses.Failed);
        (await talk.TrySendAsync(conversation, "Oi")).Error.ShouldBe(
            ConversationErrors.ContactShutOut
        );
    }

    private async Task<(Guid Conversation, List<Guid> Ids)> SentAsync(ChannelTalk talk, int count)
    {
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "m_1"))).ConversationId;
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            database.Clock.Advance(TimeSpan.FromSeconds(1));
            var id = await talk.SendAsync(conversation, $"{i}");
            await talk.DeliverAsync(id, new DeliveryOutcome.Accepted($"m_out{i}"));
            ids.Add(id);
        }
        return (conversation, ids);
    }

    private static async Task<IEnumerable<string>> StatusesAsync(ChannelTalk talk, List<Guid> ids)
    {
        var all = await talk.MessagesAsync();
        return ids.Select(id => all.Single(m => m.Id == id).Status);
    }
}
