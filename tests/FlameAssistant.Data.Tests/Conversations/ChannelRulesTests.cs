using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>What differs from channel to channel on the way out: parts, windows, echoes, what becomes of lost answers.</summary>
public sealed class ChannelRulesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Long =
        "Primeiro parágrafo com algumas palavras. Segunda frase! Terceira frase? ";

    // ---------------------------------------------------------------- parts

    [Theory]
    [InlineData(ChannelTypes.Messenger, 2)]
    [InlineData(ChannelTypes.Instagram, 4)]
    [InlineData(ChannelTypes.Telegram, 1)]
    public async Task A_long_text_should_go_in_as_many_parts_as_the_channel_needs(
        string type,
        int parts
    )
    {
        var talk = await ChannelTalk.BeginAsync(database, type);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "1:1"))).ConversationId;
        var text = string.Concat(Enumerable.Repeat(Long, 50))[..3500].Trim();

        await talk.SendAsync(conversation, text);

        var sent = (await talk.MessagesAsync()).Where(m => m.IsFromMe).ToList();
        sent.Count.ShouldBe(parts);
        string.Join(' ', sent.Select(m => m.Content)).ShouldBe(text);
        (await talk.OutboxAsync())
            .Where(o => o.Kind == OutboxKinds.DeliverMessage)
            .OrderBy(o => o.OrderSeq)
            .Select(o => o.SubjectId)
            .ShouldBe(sent.Select(m => m.Id));
    }

    [Fact]
    public async Task A_part_should_stay_back_when_the_one_before_it_failed_until_an_agent_decides()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Instagram);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "a"))).ConversationId;
        await talk.SendAsync(conversation, string.Concat(Enumerable.Repeat(Long, 40)));
        var parts = (await talk.MessagesAsync()).Where(m => m.IsFromMe).ToList();
        parts.Count.ShouldBe(3);

        await talk.DeliverAsync(parts[0].Id, new DeliveryOutcome.Accepted("out-1"));
        await talk.DeliverAsync(parts[1].Id, new DeliveryOutcome.Rejected("551", "Not available"));
        (await talk.BeginAsync(parts[2].Id)).ShouldBeNull();

        var states = (await talk.MessagesAsync()).Where(m => m.IsFromMe).ToList();
        states.Select(m => m.Status).ShouldBe(["accepted", "failed", "failed"]);
        states[2].ErrorCode.ShouldBe(ConversationErrors.EarlierPart.Code);

        (await talk.ResendAsync(parts[1].Id)).IsOk.ShouldBeTrue();
        await talk.DeliverAsync(parts[1].Id, new DeliveryOutcome.Accepted("out-2"));
        (await talk.ResendAsync(parts[2].Id)).IsOk.ShouldBeTrue();
        await talk.DeliverAsync(parts[2].Id, new DeliveryOutcome.Accepted("out-3"));
        (await talk.MessagesAsync())
            .Where(m => m.IsFromMe)
            .Select(m => m.Status)
            .ShouldBe(["accepted", "accepted", "accepted"]);
    }

    [Fact]
    public async Task A_part_should_stay_back_when_the_one_before_it_is_unknown()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Messenger);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "a"))).ConversationId;
        await talk.SendAsync(conversation, string.Concat(Enumerable.Repeat(Long, 40)));
        var parts = (await talk.MessagesAsync()).Where(m => m.IsFromMe).ToList();

        await talk.DeliverAsync(parts[0].Id, new DeliveryOutcome.Lost());

        (await talk.BeginAsync(parts[1].Id)).ShouldBeNull();
        (await talk.MessageAsync(parts[1].Id)).ErrorCode.ShouldBe(
            ConversationErrors.EarlierPart.Code
        );
    }

    // ---------------------------------------------------------------- windows

    [Theory]
    [InlineData(ChannelTypes.Messenger)]
    [InlineData(ChannelTypes.Instagram)]
    public async Task A_person_should_answer_for_seven_days_and_nobody_else(string type)
    {
        var talk = await ChannelTalk.BeginAsync(database, type);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "a"))).ConversationId;
        var inTime = await talk.SendAsync(conversation, "Oi!");
        (await talk.BeginAsync(inTime))!.IsAfterWindow.ShouldBeFalse();

        database.Clock.Advance(TimeSpan.FromDays(6));
        var late = await talk.SendAsync(conversation, "Desculpe a demora");
        (await talk.BeginAsync(late))!.IsAfterWindow.ShouldBeTrue();
        (
            await database.RunAsync(
                talk.Tenant,
                Actor.System,
                new SendMessage(conversation, "Automático", "auto")
            )
        ).Error.ShouldBe(ConversationErrors.WindowClosed);

        database.Clock.Advance(TimeSpan.FromDays(1));
        (await talk.TrySendAsync(conversation, "Tarde")).Error.ShouldBe(
            ConversationErrors.PersonsTimeOver
        );
    }

    [Fact]
    public async Task What_an_assistant_wrote_in_time_should_not_go_after_the_window()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Messenger);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "a"))).ConversationId;
        var waiting = (
            await database.RunAsync(
                talk.Tenant,
                Actor.System,
                new SendMessage(conversation, "Automático", "auto")
            )
        )
            .Value
            .Id;
        database.Clock.Advance(TimeSpan.FromHours(25));

        (await talk.BeginAsync(waiting)).ShouldBeNull();

        (await talk.MessageAsync(waiting)).ErrorCode.ShouldBe(ConversationErrors.WindowClosed.Code);
    }

    // ---------------------------------------------------------------- lost answers

    [Fact]
    public async Task A_lost_answer_should_be_told_at_once_where_nothing_will_settle_it()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "1:1"))).ConversationId;
        var id = await talk.SendAsync(conversation, "Oi!");
        await talk.DeliverAsync(id, new DeliveryOutcome.Lost());

        var message = await talk.MessageAsync(id);
        (message.Status, message.UnknownSince).ShouldBe((MessageStatuses.Unknown, null));
        (await talk.ResendAsync(id)).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task An_echo_that_names_our_message_should_settle_it_and_what_waited_for_it()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Messenger);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "a"))).ConversationId;
        var id = await talk.SendAsync(conversation, "Oi!");
        await talk.DeliverAsync(id, new DeliveryOutcome.Lost());
        await talk.StatusAsync("m_out", MessageStatuses.Delivered);

        (await talk.StatusAsync("m_out", MessageStatuses.Sent, id)).ShouldBeTrue();

        (await talk.MessageAsync(id)).Status.ShouldBe(MessageStatuses.Delivered);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_echo_without_a_name_should_settle_what_it_repeats(bool answerIsLost)
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Instagram);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "a"))).ConversationId;
        var id = await talk.SendAsync(conversation, "Oi!");
        (await talk.BeginAsync(id)).ShouldNotBeNull();
        if (answerIsLost)
        {
            await talk.FinishAsync(id, new DeliveryOutcome.Lost());
        }

        await talk.ReceiveAsync(talk.Says("Oi!", "out", isEcho: true));
        await talk.ReceiveAsync(talk.Says("Oi!", "out", isEcho: true));
        if (!answerIsLost)
        {
            await talk.FinishAsync(id, new DeliveryOutcome.Accepted("out"));
        }

        var sent = (await talk.MessagesAsync()).Where(m => m.IsFromMe).ShouldHaveSingleItem();
        (sent.Id, sent.Status, sent.ExternalMessageId).ShouldBe((id, MessageStatuses.Sent, "out"));
    }

    [Fact]
    public async Task An_echo_in_other_words_should_give_way_to_the_answer()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Instagram);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "a"))).ConversationId;
        var id = await talk.SendAsync(conversation, "Oi!  ");
        (await talk.BeginAsync(id)).ShouldNotBeNull();
        await talk.ReceiveAsync(talk.Says("Oi!", "out", isEcho: true));

        await talk.FinishAsync(id, new DeliveryOutcome.Accepted("out"));

        (await talk.MessagesAsync())
            .Where(m => m.IsFromMe)
            .ShouldHaveSingleItem()
            .ExternalMessageId.ShouldBe("out");
    }

    [Fact]
    public async Task An_echo_of_somebody_else_should_be_a_message_and_an_answer()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Instagram);
        await talk.ReceiveAsync(talk.Says("Olá", "a"));

        await talk.ReceiveAsync(talk.Says("Respondido no app", "b", isEcho: true));

        var echo = (await talk.MessagesAsync())[1];
        (echo.IsFromMe, echo.Status, echo.SenderId).ShouldBe((true, MessageStatuses.Sent, null));
        (
            await database.AskAsync<bool>(
                "SELECT waiting_since IS NULL FROM conversations",
                talk.Tenant
            )
        ).ShouldBeTrue();
    }

    // ---------------------------------------------------------------- the rest

    [Fact]
    public async Task A_chat_that_moved_should_be_written_to_where_it_is()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "1:1"))).ConversationId;
        var id = await talk.SendAsync(conversation, "Oi!");
        await talk.DeliverAsync(
            id,
            new DeliveryOutcome.Accepted("-100:1")
            {
                Moved = new MovedIdentity("telegram", ChannelTalk.Chat.Value, "-100"),
            }
        );

        var next = await talk.SendAsync(conversation, "De novo");
        (await talk.BeginAsync(next))!.Identities.Select(i => i.Value).ShouldContain("-100");
    }

    [Fact]
    public async Task Buttons_places_and_cards_should_go_where_the_channel_takes_them()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);
        var conversation = (await talk.ReceiveAsync(talk.Says("Olá", "1:1"))).ConversationId;
        var buttons = new MessageRich { Buttons = [new("Sim", "yes"), new("Não", "no")] };
        var place = new MessageRich { Place = new(-23.5614, -46.6559, "MASP", "Av. Paulista") };
        var card = new MessageRich { Card = new("Ana", "+5511988887777") };

        foreach (var rich in new[] { buttons, place, card })
        {
            var id = await talk.SendAsync(conversation, rich == buttons ? "Confirma?" : "", rich);
            var delivery = (await talk.BeginAsync(id))!.Rich!;
            delivery.Buttons.ShouldBe(rich.Buttons);
            (delivery.Place, delivery.Card).ShouldBe((rich.Place, rich.Card));
        }
        (
            await talk.TrySendAsync(
                conversation,
                "x",
                new MessageRich { Buttons = [new(new string('x', 21), "a")] }
            )
        ).Error!.Code.ShouldBe(ConversationErrors.RichInvalid.Code);

        var other = await ChannelTalk.BeginAsync(database, ChannelTypes.Messenger);
        var there = (await other.ReceiveAsync(other.Says("Olá", "a"))).ConversationId;
        (await other.TrySendAsync(there, "", place)).Error.ShouldBe(
            ConversationErrors.NotOnChannel
        );
        (await other.TrySendAsync(there, "Confirma?", buttons)).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task A_reaction_that_was_taken_back_should_not_come_back_late()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Messenger);
        var received = await talk.ReceiveAsync(talk.Says("Olá", "m_1"));
        var at = talk.Now.AddSeconds(-10);

        (
            await talk.HappensAsync("m_1", MessageEventKinds.Reaction, "", at.AddSeconds(1))
        ).ShouldBeTrue();
        (await talk.HappensAsync("m_1", MessageEventKinds.Reaction, "❤️", at)).ShouldBeFalse();
        (await talk.ThreadAsync(received.ConversationId)).Messages[0].Reactions.ShouldBeEmpty();

        (
            await talk.HappensAsync("m_1", MessageEventKinds.Reaction, "👍", at.AddSeconds(2))
        ).ShouldBeTrue();
        (await talk.ThreadAsync(received.ConversationId))
            .Messages[0]
            .Reactions.ShouldHaveSingleItem()
            .Emoji.ShouldBe("👍");
    }

    [Fact]
    public async Task A_stored_bot_should_have_its_provider_told_and_a_new_secret_kept()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);
        var work = (await talk.OutboxAsync()).ShouldHaveSingleItem();
        (work.Kind, work.SubjectId).ShouldBe((OutboxKinds.RegisterWebhook, talk.Channel));

        (await talk.DoAsync(new BeginRegistration(work.Id, talk.Channel)))!.Id.ShouldBe(
            talk.Channel
        );
        await talk.DoAsync(new FinishRegistration(work.Id, talk.Channel, "https://x.test/w", null));

        (await talk.OutboxAsync()).ShouldBeEmpty();
        (
            await database.AskAsync<string>("SELECT webhook_url FROM integrations", talk.Tenant)
        ).ShouldBe("https://x.test/w");
    }

    [Fact]
    public async Task A_provider_that_refuses_the_address_should_stop_the_channel_and_say_why()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);
        var work = (await talk.OutboxAsync()).Single();

        await talk.DoAsync(
            new FinishRegistration(work.Id, talk.Channel, "u", ("webhook", "HTTPS is needed"))
        );

        (
            await database.AskAsync<string>(
                "SELECT status || ' ' || error_message FROM integrations",
                talk.Tenant
            )
        ).ShouldBe("error HTTPS is needed");
    }
}
