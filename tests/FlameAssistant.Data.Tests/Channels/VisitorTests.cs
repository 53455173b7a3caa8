using System.Collections.Concurrent;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Channels;

/// <summary>Visitors of a web chat: who they are, what they write, what they see.</summary>
public sealed class VisitorTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Guid channel;
    private Actor agent = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewWebChatAsync(tenant);
        agent = await database.NewMemberAsync(tenant, displayName: "Bia");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void A_key_should_be_written_in_one_way_only()
    {
        var id = Guid.CreateVersion7();
        WidgetKey.Of(id).ShouldBe($"wgt_pub_{id:N}");
        WidgetKey.Read(WidgetKey.Of(id)).ShouldBe(id);
        string?[] wrong =
        [
            null,
            "",
            "wgt_pub_",
            $"wgt_pub_{id:D}",
            WidgetKey.Of(id).ToUpperInvariant(),
            $"{id:N}",
            WidgetKey.Of(id) + "0",
        ];
        wrong.Select(WidgetKey.Read).ShouldAllBe(found => found == null);
    }

    [Fact]
    public async Task Opening_should_make_no_contact_before_the_first_message()
    {
        var visitor = await OpenAsync(new VisitorProfile(Name: "Ana", Locale: "pt-BR"));

        (visitor.IsSame, visitor.Name, visitor.ConversationId).ShouldBe((false, "Ana", null));
        (await CountAsync("contacts")).ShouldBe(0);
        (await ThreadAsync(visitor.Id)).ShouldBeNull();

        var sent = await SendAsync(visitor.Id, "c-1", "Olá");

        var thread = (await ThreadAsync(visitor.Id))!;
        thread.ConversationId.ShouldBe(sent.ConversationId);
        var message = thread.Messages.ShouldHaveSingleItem();
        (message.IsMine, message.ClientId, message.Text, message.Seq, message.Rev).ShouldBe(
            (true, "c-1", "Olá", 1, 1)
        );
        (await database.AskAsync<string>("SELECT name FROM contacts", tenant)).ShouldBe("Ana");
    }

    [Fact]
    public async Task Two_hundred_first_messages_at_once_should_make_one_contact_and_one_conversation()
    {
        var visitor = await OpenAsync(new VisitorProfile(UserId: "cus_123"));

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 200),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => await SendAsync(visitor.Id, $"c-{i}", $"Message {i}")
        );

        (await CountAsync("contacts")).ShouldBe(1);
        (await CountAsync("conversations")).ShouldBe(1);
        (await CountAsync("messages")).ShouldBe(200);
        // The visitor, and the person whom the site names.
        (await CountAsync("contact_identities")).ShouldBe(2);
    }

    [Fact]
    public async Task Two_hundred_copies_at_once_should_be_one_message_with_one_answer()
    {
        var visitor = await OpenAsync();
        var answers = new ConcurrentBag<VisitorSent>();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 200),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (_, _) => answers.Add(await SendAsync(visitor.Id, "same", "Once"))
        );

        answers.Distinct().ShouldHaveSingleItem().Seq.ShouldBe(1);
        (await CountAsync("messages")).ShouldBe(1);
    }

    [Fact]
    public async Task One_visitors_name_of_a_message_should_say_nothing_about_anothers()
    {
        var (one, two) = (await OpenAsync(), await OpenAsync());

        await SendAsync(one.Id, "same", "From one");
        await SendAsync(two.Id, "same", "From two");

        (await ThreadAsync(one.Id))!.Messages.ShouldHaveSingleItem().Text.ShouldBe("From one");
        (await ThreadAsync(two.Id))!.Messages.ShouldHaveSingleItem().Text.ShouldBe("From two");
        (await CountAsync("conversations")).ShouldBe(2);
    }

    [Fact]
    public async Task A_resolved_conversation_should_be_reopened_for_ever()
    {
        var visitor = await OpenAsync();
        var first = await SendAsync(visitor.Id, "c-1", "Hello");
        await ResolveAsync(first.ConversationId);
        await database.ExecuteAsync(
            "UPDATE conversations SET resolved_at = now() - interval '20 years', last_message_at = now() - interval '20 years'",
            tenant
        );

        var later = await SendAsync(visitor.Id, "c-2", "Me again");

        later.ConversationId.ShouldBe(first.ConversationId);
        (await database.AskAsync<string>("SELECT status FROM conversations", tenant)).ShouldBe(
            "open"
        );
    }

    [Fact]
    public async Task A_verified_person_should_be_one_visitor_on_every_device()
    {
        var phone = await OpenAsync(new VisitorProfile(UserId: "cus_1", Email: "ana@example.com"));
        var laptop = await OpenAsync(new VisitorProfile(UserId: "cus_1"));

        laptop.Id.ShouldBe(phone.Id);
        laptop.Email.ShouldBe("ana@example.com");
    }

    [Fact]
    public async Task A_person_who_says_who_they_are_on_many_devices_at_once_should_be_one_visitor()
    {
        var stranger = await OpenAsync();
        var found = new ConcurrentBag<Guid>();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 40),
            new ParallelOptions { MaxDegreeOfParallelism = 12 },
            async (i, _) =>
                found.Add(
                    (
                        await OpenAsync(
                            new VisitorProfile(UserId: "cus_many"),
                            i % 2 == 0 ? stranger.Id : null
                        )
                    ).Id
                )
        );

        found.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_stranger_who_signs_in_should_keep_their_conversation()
    {
        var stranger = await OpenAsync();
        var sent = await SendAsync(stranger.Id, "c-1", "Hello");

        var person = await OpenAsync(new VisitorProfile(UserId: "cus_2", Name: "Ana"), stranger.Id);

        (person.Id, person.IsSame, person.ConversationId).ShouldBe(
            (stranger.Id, true, sent.ConversationId)
        );
        (await database.AskAsync<string>("SELECT name FROM contacts", tenant)).ShouldBe("Ana");
    }

    [Fact]
    public async Task A_token_should_never_pass_from_one_person_to_another()
    {
        var ana = await OpenAsync(new VisitorProfile(UserId: "cus_a"));
        await SendAsync(ana.Id, "c-1", "Private");

        var bruno = await OpenAsync(new VisitorProfile(UserId: "cus_b"), ana.Id);
        var nobody = await OpenAsync(new VisitorProfile(), ana.Id);

        (bruno.IsSame, nobody.IsSame).ShouldBe((false, false));
        (bruno.ConversationId, nobody.ConversationId).ShouldBe((null, null));
        new[] { ana.Id, bruno.Id, nobody.Id }.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task What_an_agent_wrote_of_a_contact_should_not_be_changed_by_the_visitor()
    {
        var visitor = await OpenAsync();
        await SendAsync(visitor.Id, "c-1", "Hello");
        (await database.AskAsync<string>("SELECT name FROM contacts", tenant))!.ShouldStartWith(
            "Visitor "
        );
        await OpenAsync(
            new VisitorProfile(Name: "Ana", Email: "ana@example.com", Phone: "+55 (11) 99000-1111"),
            visitor.Id
        );
        (
            await database.AskAsync<string>(
                "SELECT name || ' ' || email || ' ' || phone FROM contacts",
                tenant
            )
        ).ShouldBe("Ana ana@example.com +5511990001111");

        await database.ExecuteAsync("UPDATE contacts SET name = 'Ana Souza'", tenant);
        await OpenAsync(new VisitorProfile(Name: "Mallory", Email: "m@example.com"), visitor.Id);

        (
            await database.AskAsync<string>("SELECT name || ' ' || email FROM contacts", tenant)
        ).ShouldBe("Ana Souza ana@example.com");
    }

    [Fact]
    public async Task An_answer_should_be_seen_when_it_is_delivered_by_a_step_of_rev()
    {
        var visitor = await OpenAsync();
        var sent = await SendAsync(visitor.Id, "c-1", "Hello");
        var answer = await database.DoAsync(
            tenant,
            agent,
            new SendMessage(sent.ConversationId, "Oi! Como posso ajudar?", "k-1")
        );
        await database.DoAsync(
            tenant,
            agent,
            new SendMessage(sent.ConversationId, "A note", "k-2", IsPrivate: true)
        );
        (await ChangesAsync(visitor.Id, after: sent.Rev))!.Messages.ShouldBeEmpty();
        // They write on while the answer is still on its way.
        var second = await SendAsync(visitor.Id, "c-2", "Are you there?");

        await DeliverAsync(answer.Id);

        var changes = (await ChangesAsync(visitor.Id, after: second.Rev))!;
        var message = changes.Messages.ShouldHaveSingleItem();
        (message.IsMine, message.Text, message.Author!.Name).ShouldBe(
            (false, "Oi! Como posso ajudar?", "Bia")
        );
        message.Rev.ShouldBeGreaterThan(second.Rev);
        changes.Rev.ShouldBe(message.Rev);
        (await StatusAsync(answer.Id)).ShouldBe(MessageStatuses.Sent);
        (await ThreadAsync(visitor.Id))!
            .Messages.Select(m => m.Text)
            .ShouldBe(["Hello", "Oi! Como posso ajudar?", "Are you there?"]);
    }

    [Fact]
    public async Task A_delivery_that_was_broken_off_should_simply_be_done_again()
    {
        var visitor = await OpenAsync();
        var sent = await SendAsync(visitor.Id, "c-1", "Hello");
        var answer = await database.DoAsync(
            tenant,
            agent,
            new SendMessage(sent.ConversationId, "Hi", "k-1")
        );
        var outbox = await OutboxAsync(answer.Id);
        await database.DoAsync(tenant, Actor.System, new BeginDelivery(outbox, answer.Id));

        var again = await database.DoAsync(
            tenant,
            Actor.System,
            new BeginDelivery(outbox, answer.Id)
        );

        again.ShouldNotBeNull();
        await database.DoAsync(
            tenant,
            Actor.System,
            new FinishDelivery(outbox, answer.Id, new DeliveryOutcome.Shown())
        );
        (await StatusAsync(answer.Id)).ShouldBe(MessageStatuses.Sent);
    }

    [Fact]
    public async Task An_edit_and_a_deletion_should_come_by_rev()
    {
        var visitor = await OpenAsync();
        var sent = await SendAsync(visitor.Id, "c-1", "Hello");
        var answer = await AnswerAsync(sent.ConversationId, "Hi");
        var before = (await ThreadAsync(visitor.Id))!.Rev;

        await ChangeAsync(answer, MessageEventKinds.Edit, "Hi there");
        var edited = (await ChangesAsync(visitor.Id, before))!;
        await ChangeAsync(answer, MessageEventKinds.Delete, "");
        var deleted = (await ChangesAsync(visitor.Id, edited.Rev))!;

        var first = edited.Messages.ShouldHaveSingleItem();
        (first.Id, first.Text, first.IsEdited).ShouldBe((answer, "Hi there", true));
        var second = deleted.Messages.ShouldHaveSingleItem();
        (second.Id, second.Text, second.IsDeleted).ShouldBe((answer, "", true));
    }

    [Fact]
    public async Task Who_is_far_behind_or_ahead_should_be_told_to_load_again()
    {
        var visitor = await OpenAsync();
        await SendAsync(visitor.Id, "c-1", "Hello");
        (await ChangesAsync(visitor.Id, after: 7))!.IsGap.ShouldBeTrue();

        await database.ExecuteAsync("UPDATE conversations SET rev = 1000", tenant);

        (await ChangesAsync(visitor.Id, after: 1))!.IsGap.ShouldBeTrue();
        (await ChangesAsync(visitor.Id, after: 990))!.IsGap.ShouldBeFalse();
    }

    [Fact]
    public async Task States_should_go_up_as_the_visitor_gets_and_reads()
    {
        var visitor = await OpenAsync();
        var sent = await SendAsync(visitor.Id, "c-1", "Hello");
        var answer = await AnswerAsync(sent.ConversationId, "Hi");

        (await ReadAsync(visitor.Id, 2, isRead: false)).ShouldBeTrue();
        (await StatusAsync(answer)).ShouldBe(MessageStatuses.Delivered);
        (await ReadAsync(visitor.Id, 2, isRead: true)).ShouldBeTrue();
        (await StatusAsync(answer)).ShouldBe(MessageStatuses.Read);
        (await ReadAsync(visitor.Id, 2, isRead: false)).ShouldBeFalse();
        (await StatusAsync(answer)).ShouldBe(MessageStatuses.Read);

        (await ThreadAsync(visitor.Id))!.ReadSeq.ShouldBe(0);
        await database.DoAsync(tenant, agent, new MarkConversationRead(sent.ConversationId, 1));
        (await ThreadAsync(visitor.Id))!.ReadSeq.ShouldBe(1);
        await SendAsync(visitor.Id, "c-2", "More");
        (await ThreadAsync(visitor.Id))!.ReadSeq.ShouldBe(1);
    }

    [Fact]
    public async Task A_resolution_should_be_rated_once_and_the_next_one_again()
    {
        var visitor = await OpenAsync();
        var sent = await SendAsync(visitor.Id, "c-1", "Hello");
        (await RateAsync(visitor.Id, 5)).ShouldBe("visitor.not_rateable");
        await ResolveAsync(sent.ConversationId);
        (await ThreadAsync(visitor.Id))!.CanRate.ShouldBeTrue();

        (await RateAsync(visitor.Id, 9)).ShouldNotBeNull();
        (await RateAsync(visitor.Id, 5)).ShouldBeNull();
        (await RateAsync(visitor.Id, 1)).ShouldBe("visitor.not_rateable");
        (await ThreadAsync(visitor.Id))!.CanRate.ShouldBeFalse();

        await SendAsync(visitor.Id, "c-2", "One more thing");
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        await ResolveAsync(sent.ConversationId);
        (await RateAsync(visitor.Id, 2)).ShouldBeNull();
        (
            await database.AskAsync<int>("SELECT satisfaction_score FROM conversations", tenant)
        ).ShouldBe(2);
    }

    [Theory]
    [InlineData("", "text", "visitor.client_id")]
    [InlineData("a b", "text", "visitor.client_id")]
    [InlineData("c-1", "  ", "visitor.empty")]
    public async Task Bad_messages_should_be_refused_with_a_reason(
        string clientId,
        string text,
        string code
    )
    {
        var visitor = await OpenAsync();

        var result = await database.RunAsync(
            tenant,
            Actor.System,
            Message(visitor.Id, clientId, text)
        );

        result.Error!.Code.ShouldBe(code);
        (
            await database.RunAsync(
                tenant,
                Actor.System,
                Message(visitor.Id, "c-2", new string('a', 5000))
            )
        ).Error!.Code.ShouldBe("visitor.too_long");
        (await CountAsync("contacts")).ShouldBe(0);
    }

    [Fact]
    public async Task An_erased_contact_should_take_its_visitor_along()
    {
        var visitor = await OpenAsync(new VisitorProfile(Name: "Ana"));
        await SendAsync(visitor.Id, "c-1", "Hello");

        await database.ExecuteAsync("DELETE FROM contacts", tenant);

        (await CountAsync("visitors")).ShouldBe(0);
        (
            await database.RunAsync(tenant, Actor.System, Message(visitor.Id, "c-2", "Hello?"))
        ).Error!.Code.ShouldBe("visitor.gone");
    }

    [Fact]
    public async Task Visitors_who_never_wrote_should_be_forgotten_after_a_month()
    {
        var silent = await OpenAsync();
        var known = await OpenAsync();
        await SendAsync(known.Id, "c-1", "Hello");
        database.Clock.Advance(TimeSpan.FromDays(31));
        var fresh = await OpenAsync();

        (await database.DoAsync(tenant, Actor.System, new ForgetVisitors())).ShouldBe(1);

        (
            await database.ReadAsync(
                tenant,
                async unit =>
                    (
                        await unit.IsVisitorAsync(channel, silent.Id, default),
                        await unit.IsVisitorAsync(channel, known.Id, default),
                        await unit.IsVisitorAsync(channel, fresh.Id, default)
                    )
            )
        ).ShouldBe((false, true, true));
    }

    [Fact]
    public async Task A_ticket_should_open_one_stream_within_a_minute_while_its_token_lives()
    {
        var tokens = database.Get<VisitorTokens>();
        var visitor = await OpenAsync();
        var (token, shown) = await tokens.CreateAsync(tenant.Id, channel, visitor.Id, default);
        (await tokens.FindAsync(token, default))!.VisitorId.ShouldBe(visitor.Id);
        (await tokens.FindAsync(token + "x", default)).ShouldBeNull();

        var ticket = await tokens.CreateTicketAsync(shown, default);
        // A ticket is no token, and a token no ticket.
        (await tokens.FindAsync(ticket, default)).ShouldBeNull();
        (await tokens.TakeTicketAsync(token, default)).ShouldBeNull();
        var taken = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => tokens.TakeTicketAsync(ticket, default))
        );
        taken.Count(t => t is not null).ShouldBe(1);

        var late = await tokens.CreateTicketAsync(shown, default);
        database.Clock.Advance(TimeSpan.FromSeconds(61));
        (await tokens.TakeTicketAsync(late, default)).ShouldBeNull();

        var orphan = await tokens.CreateTicketAsync(shown, default);
        await tokens.EndAsync(shown, default);
        (await tokens.TakeTicketAsync(orphan, default)).ShouldBeNull();
        (await tokens.FindAsync(token, default)).ShouldBeNull();
        (await tokens.LivingAsync([shown.TokenHash], default)).ShouldBeEmpty();
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM shared.access_tokens WHERE kind <> 'rating'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task A_first_message_should_wake_the_streams_that_do_not_know_its_conversation()
    {
        var heard = new ConcurrentQueue<LiveEvent>();
        using var subscription = database.Live.Subscribe(tenant.Id, heard.Enqueue);
        var visitor = await OpenAsync();

        await SendAsync(visitor.Id, "c-1", "Hello");

        heard.ShouldContain(e => e.Kind == LiveKinds.Visitor && e.SubjectId == visitor.Id);
    }

    private async Task<OpenedVisitor> OpenAsync(
        VisitorProfile? profile = null,
        Guid? known = null
    ) =>
        await database.DoAsync(
            tenant,
            Actor.System,
            new OpenVisitor(channel, known, profile ?? new VisitorProfile())
        );

    private ReceiveFromVisitor Message(Guid visitor, string clientId, string text) =>
        new(channel, visitor, clientId, text, [], TimeSpan.FromDays(365_000));

    private Task<VisitorSent> SendAsync(Guid visitor, string clientId, string text) =>
        database.DoAsync(tenant, Actor.System, Message(visitor, clientId, text));

    private Task<VisitorThread?> ThreadAsync(Guid visitor) =>
        database.ReadAsync(tenant, unit => unit.VisitorPageAsync(channel, visitor, null, default));

    private Task<VisitorThread?> ChangesAsync(Guid visitor, long after) =>
        database.ReadAsync(
            tenant,
            unit => unit.VisitorChangesAsync(channel, visitor, after, default)
        );

    private Task<bool> ReadAsync(Guid visitor, long seq, bool isRead) =>
        database.DoAsync(tenant, Actor.System, new ReadByVisitor(channel, visitor, seq, isRead));

    private async Task<string?> RateAsync(Guid visitor, int score) =>
        (
            await database.RunAsync(
                tenant,
                Actor.System,
                new RateByVisitor(channel, visitor, score, "gracias")
            )
        )
            .Error
            ?.Code;

    private Task<bool> ResolveAsync(Guid conversation) =>
        database.DoAsync(
            tenant,
            agent,
            new SetConversationStatus(conversation, ConversationStatuses.Resolved)
        );

    private async Task<Guid> AnswerAsync(Guid conversation, string text)
    {
        var answer = await database.DoAsync(
            tenant,
            agent,
            new SendMessage(conversation, text, Guid.NewGuid().ToString())
        );
        await DeliverAsync(answer.Id);
        return answer.Id;
    }

    private async Task DeliverAsync(Guid messageId)
    {
        var outbox = await OutboxAsync(messageId);
        (
            await database.DoAsync(tenant, Actor.System, new BeginDelivery(outbox, messageId))
        ).ShouldNotBeNull();
        await database.DoAsync(
            tenant,
            Actor.System,
            new FinishDelivery(outbox, messageId, new DeliveryOutcome.Shown())
        );
    }

    private Task<bool> ChangeAsync(Guid messageId, string kind, string text) =>
        database.DoAsync(
            tenant,
            Actor.System,
            new ApplyMessageEvent(
                channel,
                new InboundMessageEvent(
                    messageId.ToString("N"),
                    kind,
                    Guid.NewGuid().ToString(),
                    [new InboundIdentity("visitor", "x")],
                    database.Clock.GetUtcNow(),
                    text,
                    IsEcho: true
                )
            )
        );

    private Task<Guid> OutboxAsync(Guid messageId) =>
        database.ReadAsync(
            tenant,
            unit =>
                unit.Db.Outbox.Where(o => o.SubjectId == messageId).Select(o => o.Id).SingleAsync()
        );

    private Task<string?> StatusAsync(Guid messageId) =>
        database.AskAsync<string>($"SELECT status FROM messages WHERE id = '{messageId}'", tenant);

    private Task<long> CountAsync(string table) =>
        database.AskAsync<long>($"SELECT count(*) FROM {table}", tenant);
}
