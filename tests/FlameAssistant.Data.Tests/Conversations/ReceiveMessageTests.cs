using System.Collections.Concurrent;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Conversations;

public sealed class ReceiveMessageTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Guid channel;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task RunAsync_should_make_contact_conversation_and_message()
    {
        var received = await database.ReceiveAsync(
            tenant,
            channel,
            "5491155550001",
            "Good morning"
        );

        received.IsNew.ShouldBeTrue();
        var conversation = await OnlyConversationAsync();
        conversation.Id.ShouldBe(received.ConversationId);
        conversation.Status.ShouldBe(ConversationStatuses.Open);
        (conversation.Seq, conversation.InboundSeq).ShouldBe((1, 1));
        conversation.LastMessagePreview.ShouldBe("Good morning");
        conversation.LastMessageDirection.ShouldBe("in");
        conversation.WaitingSince.ShouldBe(database.Clock.GetUtcNow());
        conversation.WindowExpiresAt.ShouldBe(database.Clock.GetUtcNow().AddHours(24));
        var contact = await OnlyContactAsync();
        (contact.Name, contact.Phone, contact.InteractionCount).ShouldBe(
            ("Customer 5491155550001", "+5491155550001", 1)
        );
        var message = (await MessagesAsync()).ShouldHaveSingleItem();
        (message.Status, message.SenderType, message.SenderId, message.Seq).ShouldBe(
            (MessageStatuses.Received, SenderTypes.Contact, contact.Id, 1)
        );
    }

    [Fact]
    public async Task What_a_blocked_contact_writes_should_be_kept_and_call_nobody()
    {
        await database.ExecuteAsync(
            $"UPDATE integrations SET assignment_mode = 'round_robin', first_response_minutes = 5 WHERE id = '{channel}'",
            tenant
        );
        await database.ReceiveAsync(tenant, channel, "5491155550001", "Before");
        await database.ExecuteAsync(
            $"UPDATE contacts SET is_blocked = true; UPDATE conversations SET assigned_to = '{Guid.NewGuid()}', waiting_since = NULL; DELETE FROM shared.outbox WHERE tenant_id = '{tenant.Id}'",
            tenant
        );

        var received = await database.ReceiveAsync(tenant, channel, "5491155550001", "After");

        received.IsNew.ShouldBeTrue();
        (await MessagesAsync()).Count.ShouldBe(2);
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.outbox WHERE tenant_id = '{tenant.Id}'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task A_thousand_copies_at_once_should_be_one_message()
    {
        var message = database.Text("5491155550002", "Once", "wamid.once");
        var results = new ConcurrentBag<(bool IsOk, bool IsNew)>();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 1000),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (_, _) =>
            {
                var result = await database.RunAsync(
                    tenant,
                    Actor.System,
                    TestDatabase.Receive(channel, message)
                );
                results.Add((result.IsOk, result is { IsOk: true, Value.IsNew: true }));
            }
        );

        results.Count(r => r.IsNew).ShouldBe(1);
        results.ShouldAllBe(r => r.IsOk);
        (await MessagesAsync()).ShouldHaveSingleItem().Seq.ShouldBe(1);
        (await OnlyContactAsync()).InteractionCount.ShouldBe(1);
        (await OnlyConversationAsync()).Seq.ShouldBe(1);
    }

    [Fact]
    public async Task Two_hundred_first_messages_at_once_should_share_contact_and_conversation()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 200),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) =>
                (
                    await database.ReceiveAsync(tenant, channel, "5491155550003", $"Message {i}")
                ).IsNew.ShouldBeTrue()
        );

        (await OnlyContactAsync()).InteractionCount.ShouldBe(200);
        var conversation = await OnlyConversationAsync();
        (conversation.Seq, conversation.InboundSeq, conversation.Rev).ShouldBe((200, 200, 200));
        (await MessagesAsync())
            .Select(m => m.Seq)
            .Order()
            .ShouldBe(Enumerable.Range(1, 200).Select(i => (long)i));
    }

    [Fact]
    public async Task Many_visitors_at_once_should_not_be_mixed()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 200),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) =>
                await database.ReceiveAsync(tenant, channel, $"54911{i % 20:000}", $"{i % 20}")
        );

        (
            await database.AskAsync<long>(
                """
                SELECT count(*) FROM messages m JOIN conversations c ON c.id = m.conversation_id
                  JOIN contacts k ON k.id = c.contact_id WHERE k.phone = '+54911' || lpad(m.content, 3, '0') AND m.sender_id = k.id
                """,
                tenant
            )
        ).ShouldBe(200);
        (await database.AskAsync<long>("SELECT count(*) FROM conversations", tenant)).ShouldBe(20);
    }

    [Fact]
    public async Task A_second_identity_should_join_the_contact_that_the_first_one_names()
    {
        await database.ReceiveAsync(tenant, channel, From("One", Bsuid("US.1")));
        await database.ReceiveAsync(
            tenant,
            channel,
            From("Two", WaId("5491155550004"), Bsuid("US.1"))
        );
        await database.ReceiveAsync(tenant, channel, From("Three", WaId("5491155550004")));

        var contact = await OnlyContactAsync();
        contact.Phone.ShouldBe("+5491155550004");
        (await OnlyConversationAsync()).Seq.ShouldBe(3);
    }

    [Fact]
    public async Task Two_contacts_that_turn_out_to_be_one_should_be_joined()
    {
        var first = await database.ReceiveAsync(
            tenant,
            channel,
            From("By number", WaId("5491155550005"))
        );
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await database.ReceiveAsync(tenant, channel, From("By id", Bsuid("US.2")));
        second.ConversationId.ShouldNotBe(first.ConversationId);
        database.Clock.Advance(TimeSpan.FromMinutes(1));

        var both = await database.ReceiveAsync(
            tenant,
            channel,
            From("Both", WaId("5491155550005"), Bsuid("US.2"))
        );

        both.ConversationId.ShouldBe(second.ConversationId);
        var contacts = await ContactsAsync();
        var kept = contacts.Single(c => c.MergedInto is null);
        contacts.Single(c => c.MergedInto is not null).MergedInto.ShouldBe(kept.Id);
        kept.InteractionCount.ShouldBe(3);
        kept.Phone.ShouldBe("+5491155550005");
        (
            await database.AskAsync<string>(
                "SELECT string_agg(status || ' ' || seq, ', ' ORDER BY number) FROM conversations WHERE contact_id = "
                    + $"'{kept.Id}'",
                tenant
            )
        ).ShouldBe("resolved 1, open 2");
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM contact_identities WHERE contact_id = '{kept.Id}'",
                tenant
            )
        ).ShouldBe(2);
    }

    [Fact]
    public async Task Joins_and_messages_at_once_should_leave_one_contact_and_lose_nothing()
    {
        await database.ReceiveAsync(tenant, channel, From("0", WaId("5491155550006")));
        await database.ReceiveAsync(tenant, channel, From("0", Bsuid("US.3")));
        InboundIdentity[][] names =
        [
            [WaId("5491155550006")],
            [Bsuid("US.3")],
            [WaId("5491155550006"), Bsuid("US.3")],
        ];

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 60),
            new ParallelOptions { MaxDegreeOfParallelism = 12 },
            async (i, _) => await database.ReceiveAsync(tenant, channel, From($"{i}", names[i % 3]))
        );

        (await ContactsAsync()).Count(c => c.MergedInto is null).ShouldBe(1);
        (await MessagesAsync()).Count.ShouldBe(62);
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM conversations WHERE status <> 'resolved'",
                tenant
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task A_conversation_resolved_lately_should_be_opened_again()
    {
        var first = await database.ReceiveAsync(tenant, channel, "5491155550007");
        await ResolveAsync(first.ConversationId);
        database.Clock.Advance(TimeSpan.FromHours(71));

        var second = await database.ReceiveAsync(tenant, channel, "5491155550007");

        second.ConversationId.ShouldBe(first.ConversationId);
        var conversation = await OnlyConversationAsync();
        (conversation.Status, conversation.ResolvedAt, conversation.Seq).ShouldBe(
            (ConversationStatuses.Open, null, 2)
        );
    }

    [Fact]
    public async Task A_conversation_resolved_long_ago_should_stay_so_and_a_new_one_start()
    {
        var first = await database.ReceiveAsync(tenant, channel, "5491155550008");
        await ResolveAsync(first.ConversationId);
        database.Clock.Advance(TimeSpan.FromHours(73));

        var second = await database.ReceiveAsync(tenant, channel, "5491155550008");
        var third = await database.ReceiveAsync(tenant, channel, "5491155550008");

        second.ConversationId.ShouldNotBe(first.ConversationId);
        third.ConversationId.ShouldBe(second.ConversationId);
        (await database.AskAsync<long>("SELECT count(*) FROM conversations", tenant)).ShouldBe(2);
    }

    [Fact]
    public async Task An_echo_should_be_an_outgoing_message_that_answers_the_customer()
    {
        await database.ReceiveAsync(tenant, channel, "5491155550009", "A question");
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        var echo = database.Text("5491155550009", "An answer from the phone") with
        {
            IsEcho = true,
        };

        await database.ReceiveAsync(tenant, channel, echo);

        var conversation = await OnlyConversationAsync();
        (conversation.Seq, conversation.InboundSeq, conversation.WaitingSince).ShouldBe(
            (2, 1, null)
        );
        conversation.LastMessageDirection.ShouldBe("out");
        var message = (await MessagesAsync()).Single(m => m.Seq == 2);
        (message.IsFromMe, message.SenderType, message.Status).ShouldBe(
            (true, SenderTypes.User, MessageStatuses.Sent)
        );
        (await OnlyContactAsync()).InteractionCount.ShouldBe(1);
    }

    [Theory]
    [InlineData("مرحبا 👩‍👩‍👧‍👦 ñandú — Ω\r\n\t'; DROP TABLE messages; --")]
    [InlineData("")]
    [InlineData("   \n ")]
    public async Task Any_text_should_be_kept_as_it_came(string text)
    {
        await database.ReceiveAsync(tenant, channel, "5491155550010", text);
        (await MessagesAsync()).ShouldHaveSingleItem().Content.ShouldBe(text);
    }

    [Fact]
    public async Task Ten_thousand_characters_should_be_kept_whole_with_a_short_preview()
    {
        var text = "a" + string.Concat(Enumerable.Repeat("🔥", 5000));
        await database.ReceiveAsync(tenant, channel, "5491155550011", text);
        (await MessagesAsync()).ShouldHaveSingleItem().Content.ShouldBe(text);
        var preview = (await OnlyConversationAsync()).LastMessagePreview;
        preview.Length.ShouldBe(159);
        preview.ShouldEndWith("🔥");
    }

    [Fact]
    public async Task A_long_profile_name_should_be_cut_between_characters()
    {
        var name = "a" + string.Concat(Enumerable.Repeat("🔥", 200));
        await database.ReceiveAsync(
            tenant,
            channel,
            database.Text("5491155550012", "Hi") with
            {
                ProfileName = name,
            }
        );
        (await OnlyContactAsync()).Name.ShouldBe(name[..255]);
        await database.ReceiveAsync(
            tenant,
            channel,
            database.Text("5491155550013", "Hi") with
            {
                ProfileName = "ab" + name,
            }
        );
        (await ContactsAsync()).Max(c => c.Name!.Length).ShouldBe(255);
        await database.ReceiveAsync(
            tenant,
            channel,
            database.Text("5491155550014", "Hi") with
            {
                ProfileName = name[1..],
            }
        );
        (await ContactsAsync()).Count(c => c.Name == name[1..255]).ShouldBe(1);
    }

    [Fact]
    public async Task A_name_longer_than_a_phone_number_should_not_lose_the_message()
    {
        await database.ReceiveAsync(tenant, channel, From("Hi", WaId(new string('1', 200))));
        (await OnlyContactAsync()).Phone.ShouldBeNull();
    }

    [Fact]
    public async Task A_time_in_the_future_should_not_push_the_conversation_ahead()
    {
        await database.ReceiveAsync(
            tenant,
            channel,
            database.Text(
                "5491155550015",
                "From tomorrow",
                at: database.Clock.GetUtcNow().AddDays(1)
            )
        );
        var message = (await MessagesAsync()).ShouldHaveSingleItem();
        message.OccurredAt.ShouldBe(database.Clock.GetUtcNow());
        message.ProviderAt.ShouldBe(database.Clock.GetUtcNow().AddDays(1));
        (await OnlyConversationAsync()).LastMessageAt.ShouldBe(database.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_late_message_should_keep_the_preview_of_the_newest()
    {
        await database.ReceiveAsync(tenant, channel, "5491155550016", "Newest");
        await database.ReceiveAsync(
            tenant,
            channel,
            database.Text("5491155550016", "Late", at: database.Clock.GetUtcNow().AddHours(-2))
        );
        var conversation = await OnlyConversationAsync();
        (conversation.LastMessagePreview, conversation.Seq).ShouldBe(("Newest", 2));
        conversation.LastMessageAt.ShouldBe(database.Clock.GetUtcNow());
        var thread = await database.ReadAsync(
            tenant,
            unit => unit.ReadThreadAsync(conversation.Id, null, default)
        );
        thread.Messages.Select(m => m.Content).ShouldBe(["Late", "Newest"]);
    }

    [Fact]
    public async Task A_quote_should_point_to_the_message_of_this_channel()
    {
        var first = database.Text("5491155550017", "First");
        var quoted = await database.ReceiveAsync(tenant, channel, first);
        await database.ReceiveAsync(
            tenant,
            channel,
            database.Text("5491155550017", "Second") with
            {
                QuotedExternalId = first.ExternalId,
            }
        );
        await database.ReceiveAsync(
            tenant,
            channel,
            database.Text("5491155550017", "Third") with
            {
                QuotedExternalId = "wamid.unknown",
            }
        );
        (await MessagesAsync())
            .OrderBy(m => m.Seq)
            .Select(m => m.QuotedMessageId)
            .ShouldBe([null, quoted.MessageId, null]);
    }

    private async Task ResolveAsync(Guid conversationId) =>
        await database.DoAsync(
            tenant,
            Actor.System,
            new SetConversationStatus(conversationId, ConversationStatuses.Resolved)
        );

    private InboundMessage From(string text, params InboundIdentity[] identities) =>
        database.Text("-", text) with
        {
            Identities = identities,
        };

    private static InboundIdentity WaId(string value) => new(IdentityKinds.WaId, value);

    private static InboundIdentity Bsuid(string value) => new(IdentityKinds.Bsuid, value);

    private Task<Conversation> OnlyConversationAsync() =>
        database.ReadAsync(tenant, unit => unit.Db.Conversations.SingleAsync());

    private Task<Contact> OnlyContactAsync() =>
        database.ReadAsync(tenant, unit => unit.Db.Contacts.SingleAsync());

    private Task<List<Contact>> ContactsAsync() =>
        database.ReadAsync(tenant, unit => unit.Db.Contacts.ToListAsync());

    private Task<List<Message>> MessagesAsync() =>
        database.ReadAsync(tenant, unit => unit.Db.Messages.ToListAsync());
}
