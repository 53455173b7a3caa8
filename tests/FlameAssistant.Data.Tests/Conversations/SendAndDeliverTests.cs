using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>SendMessage, BeginDelivery, FinishDelivery, ResendMessage and ApplyStatus: the way of an outgoing message.</summary>
public sealed class SendAndDeliverTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private const string Customer = "5491155551000";
    private TenantRef tenant = null!;
    private Guid channel;
    private Guid conversation;
    private Actor agent = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        agent = await database.NewMemberAsync(tenant);
        conversation = (await database.ReceiveAsync(tenant, channel, Customer)).ConversationId;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // ---------------------------------------------------------------- SendMessage

    [Fact]
    public async Task SendMessage_should_write_message_and_outbox_row_together()
    {
        var sent = await SendAsync("Hello back");

        var message = await MessageAsync(sent.Id);
        (message.Status, message.Content, message.SenderId, message.Seq, message.IsFromMe).ShouldBe(
            (MessageStatuses.Pending, "Hello back", agent.Id, 2, true)
        );
        var work = (await OutboxAsync()).ShouldHaveSingleItem();
        (work.SubjectId, work.OrderKey, work.OrderSeq, work.Kind).ShouldBe(
            (sent.Id, conversation, 2, OutboxKinds.DeliverMessage)
        );
        var row = await ConversationAsync();
        (row.WaitingSince, row.LastMessageDirection, row.LastMessagePreview).ShouldBe(
            (null, "out", "Hello back")
        );
        row.FirstResponseAt.ShouldBe(database.Clock.GetUtcNow());
    }

    [Fact]
    public async Task SendMessage_should_answer_the_same_key_with_the_same_message()
    {
        var results = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => SendAsync("Once", key: "the key"))
        );
        results.Select(r => r.Id).Distinct().ShouldHaveSingleItem();
        (await OutboxAsync()).ShouldHaveSingleItem();
        (await ConversationAsync()).Seq.ShouldBe(2);
    }

    [Fact]
    public async Task SendMessage_should_order_messages_sent_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => SendAsync($"{i}")));
        (
            await database.ReadAsync(
                tenant,
                unit => unit.Db.Messages.OrderBy(m => m.Seq).Select(m => m.Seq).ToListAsync()
            )
        ).ShouldBe(Enumerable.Range(1, 31).Select(i => (long)i));
    }

    [Theory]
    [InlineData("", "message.empty")]
    [InlineData(" \n\t ", "message.empty")]
    [InlineData(null, "message.too_long")]
    public async Task SendMessage_should_refuse_texts_that_are_empty_or_too_long(
        string? text,
        string code
    ) => (await RefusedAsync(text ?? new string('x', 4097))).Code.ShouldBe(code);

    [Fact]
    public async Task SendMessage_should_take_the_longest_text()
    {
        var sent = await SendAsync(new string('ñ', 4096));
        (await MessageAsync(sent.Id)).Content.Length.ShouldBe(4096);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task SendMessage_should_refuse_keys_that_are_empty_or_too_long(string? key) =>
        (await RefusedAsync("Hello", key ?? new string('k', 256))).ShouldBe(
            ConversationErrors.KeyInvalid
        );

    [Fact]
    public async Task SendMessage_should_refuse_a_text_when_the_window_is_closed()
    {
        database.Clock.Advance(TimeSpan.FromHours(24));
        (await RefusedAsync("Too late")).ShouldBe(ConversationErrors.WindowClosed);
        (await OutboxAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task SendMessage_should_refuse_an_inactive_channel()
    {
        await database.ExecuteAsync(
            $"UPDATE integrations SET status = 'error' WHERE id = '{channel}'",
            tenant
        );
        (await RefusedAsync("Hello")).ShouldBe(ConversationErrors.ChannelClosed);
    }

    [Fact]
    public async Task SendMessage_should_refuse_a_blocked_contact()
    {
        await database.ExecuteAsync("UPDATE contacts SET is_blocked = true", tenant);
        (await RefusedAsync("Hello")).ShouldBe(ConversationErrors.ContactBlocked);
    }

    [Theory]
    [InlineData("is_blocked = true", false, "message.contact_blocked")]
    [InlineData("is_blocked = true", true, "message.contact_blocked")]
    [InlineData("consent = 'opted_out'", false, null)]
    [InlineData("consent = 'opted_out'", true, "message.opted_out")]
    public async Task BeginDelivery_should_ask_again_whether_the_contact_may_be_written_to(
        string said,
        bool bySystem,
        string? code
    )
    {
        var sent = await database.DoAsync(
            tenant,
            bySystem ? Actor.System : agent,
            new SendMessage(conversation, "Hello back", "a key", IsPrivate: false)
        );
        await database.ExecuteAsync($"UPDATE contacts SET {said}", tenant);

        var delivery = await BeginAsync(sent.Id);

        var message = await MessageAsync(sent.Id);
        (delivery is null, message.Status, message.ErrorCode).ShouldBe(
            code is null
                ? (false, MessageStatuses.Sending, null)
                : (true, MessageStatuses.Failed, code)
        );
    }

    [Fact]
    public async Task SendMessage_should_refuse_a_suspended_tenant()
    {
        tenant = tenant with { Status = TenantStatuses.Suspended };
        (await RefusedAsync("Hello")).ShouldBe(ConversationErrors.TenantSuspended);
        (await SendAsync("A note is fine", isPrivate: true)).Seq.ShouldBe(2);
    }

    [Fact]
    public async Task SendMessage_should_refuse_viewers()
    {
        agent = await database.NewMemberAsync(tenant, MemberRoles.Viewer);
        (await RefusedAsync("Hello")).Kind.ShouldBe(ErrorKind.Forbidden);
    }

    [Fact]
    public async Task SendMessage_should_not_find_what_the_agent_may_not_see()
    {
        await database.AddChannelMemberAsync(
            tenant,
            channel,
            await database.NewMemberAsync(tenant)
        );
        (await RefusedAsync("Hello")).ShouldBe(ConversationErrors.NotFound);
        conversation = Guid.NewGuid();
        (await RefusedAsync("Hello")).ShouldBe(ConversationErrors.NotFound);
    }

    [Fact]
    public async Task SendMessage_should_not_find_another_tenants_conversation()
    {
        tenant = await database.NewTenantAsync();
        agent = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        (await RefusedAsync("Hello")).ShouldBe(ConversationErrors.NotFound);
    }

    [Fact]
    public async Task SendMessage_should_keep_a_private_note_inside()
    {
        database.Clock.Advance(TimeSpan.FromHours(30));
        var sent = await SendAsync("Between us", isPrivate: true);
        var message = await MessageAsync(sent.Id);
        (message.IsPrivate, message.Status).ShouldBe((true, MessageStatuses.Sent));
        (await OutboxAsync()).ShouldBeEmpty();
        var row = await ConversationAsync();
        (row.LastMessagePreview, row.Rev, row.FirstResponseAt).ShouldBe(("Hello", 1, null));
        row.WaitingSince.ShouldNotBeNull();
    }

    [Fact]
    public async Task SendMessage_should_open_a_resolved_conversation()
    {
        await SetStatusAsync(ConversationStatuses.Resolved);
        await SendAsync("One more thing");
        (await ConversationAsync()).Status.ShouldBe(ConversationStatuses.Open);
    }

    [Fact]
    public async Task SendMessage_should_name_the_newer_conversation_when_one_is_open()
    {
        await SetStatusAsync(ConversationStatuses.Resolved);
        database.Clock.Advance(TimeSpan.FromHours(73));
        await database.ReceiveAsync(tenant, channel, Customer, "Again");
        await database.ExecuteAsync("UPDATE conversations SET window_expires_at = NULL", tenant);
        (await RefusedAsync("In the old one")).ShouldBe(ConversationErrors.AnotherIsOpen);
    }

    // ---------------------------------------------------------------- BeginDelivery, FinishDelivery

    [Fact]
    public async Task BeginDelivery_should_commit_sending_and_hand_over_what_the_connector_needs()
    {
        var sent = await SendAsync("Hello");
        var delivery = await BeginAsync(sent.Id);
        delivery.ShouldNotBeNull();
        (delivery.Text, delivery.Channel.Id).ShouldBe(("Hello", channel));
        delivery.Identities.ShouldHaveSingleItem().Value.ShouldBe(Customer);
        (await StatusAsync(sent.Id)).ShouldBe(MessageStatuses.Sending);
        (await OutboxAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task BeginDelivery_should_call_a_message_unknown_that_it_finds_in_sending()
    {
        var sent = await SendAsync("Hello");
        var work = (await OutboxAsync()).Single().Id;
        await BeginAsync(sent.Id);

        (await BeginAsync(sent.Id, work)).ShouldBeNull();

        var message = await MessageAsync(sent.Id);
        (message.Status, message.UnknownSince).ShouldBe(
            (MessageStatuses.Unknown, database.Clock.GetUtcNow())
        );
        (await OutboxAsync()).ShouldBeEmpty();
        (await BeginAsync(sent.Id, work)).ShouldBeNull();
    }

    [Fact]
    public async Task BeginDelivery_should_fail_a_message_of_a_closed_channel()
    {
        var sent = await SendAsync("Hello");
        await database.ExecuteAsync("UPDATE integrations SET status = 'inactive'", tenant);
        (await BeginAsync(sent.Id)).ShouldBeNull();
        var message = await MessageAsync(sent.Id);
        (message.Status, message.ErrorCode).ShouldBe(
            (MessageStatuses.Failed, ConversationErrors.ChannelClosed.Code)
        );
        (await OutboxAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task FinishDelivery_should_keep_the_providers_id_and_remove_the_work()
    {
        var sent = await SendAsync("Hello");
        (await DeliverAsync(sent.Id, new DeliveryOutcome.Accepted("wamid.out"))).ShouldBe(
            MessageStatuses.Accepted
        );
        (await MessageAsync(sent.Id)).ExternalMessageId.ShouldBe("wamid.out");
        (await OutboxAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task FinishDelivery_should_say_why_a_message_was_refused()
    {
        var sent = await SendAsync("Hello");
        (
            await DeliverAsync(sent.Id, new DeliveryOutcome.Rejected("131047", "Re-engagement"))
        ).ShouldBe(MessageStatuses.Failed);
        var message = await MessageAsync(sent.Id);
        (message.ErrorCode, message.ErrorMessage).ShouldBe(("131047", "Re-engagement"));
        (await OutboxAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task FinishDelivery_should_wait_with_what_certainly_did_not_arrive()
    {
        var sent = await SendAsync("Hello");
        await DeliverAsync(
            sent.Id,
            new DeliveryOutcome.Postponed(TimeSpan.FromMinutes(3), "429", "Slow down")
        );
        (await StatusAsync(sent.Id)).ShouldBe(MessageStatuses.Pending);
        var work = (await OutboxAsync()).ShouldHaveSingleItem();
        (work.AvailableAt, work.LeasedBy, work.LastError).ShouldBe(
            (database.Clock.GetUtcNow().AddMinutes(3), null, "429: Slow down")
        );
        (await BeginAsync(sent.Id)).ShouldNotBeNull();
    }

    [Fact]
    public async Task FinishDelivery_should_give_up_after_the_last_attempt()
    {
        var sent = await SendAsync("Hello");
        await database.ExecuteAsync(
            $"UPDATE shared.outbox SET attempts = {FinishDelivery.MaxAttempts}",
            tenant
        );
        await DeliverAsync(sent.Id, new DeliveryOutcome.Postponed(TimeSpan.Zero, "503", "Down"));
        var message = await MessageAsync(sent.Id);
        (message.Status, message.ErrorCode).ShouldBe((MessageStatuses.Failed, "503"));
        (await OutboxAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task FinishDelivery_should_call_a_lost_answer_unknown()
    {
        var sent = await SendAsync("Hello");
        await DeliverAsync(sent.Id, new DeliveryOutcome.Lost());
        var message = await MessageAsync(sent.Id);
        (message.Status, message.UnknownSince).ShouldBe(
            (MessageStatuses.Unknown, database.Clock.GetUtcNow())
        );
        (await OutboxAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task FinishDelivery_should_settle_a_message_whose_answer_comes_late()
    {
        var sent = await SendAsync("Hello");
        var work = (await OutboxAsync()).Single().Id;
        await BeginAsync(sent.Id);
        await BeginAsync(sent.Id, work);

        await FinishAsync(sent.Id, work, new DeliveryOutcome.Accepted("wamid.late"));

        var message = await MessageAsync(sent.Id);
        (message.Status, message.UnknownSince).ShouldBe((MessageStatuses.Accepted, null));
    }

    // ---------------------------------------------------------------- ResendMessage

    [Fact]
    public async Task ResendMessage_should_send_a_failed_message_again_in_its_row()
    {
        var sent = await SendAsync("Hello");
        await DeliverAsync(sent.Id, new DeliveryOutcome.Rejected("1", "No"));

        (await DoAsync(new ResendMessage(sent.Id))).Id.ShouldBe(sent.Id);

        var message = await MessageAsync(sent.Id);
        (message.Status, message.ErrorCode, message.ErrorMessage).ShouldBe(
            (MessageStatuses.Pending, null, null)
        );
        (await DeliverAsync(sent.Id, new DeliveryOutcome.Accepted("wamid.second"))).ShouldBe(
            MessageStatuses.Accepted
        );
    }

    [Fact]
    public async Task ResendMessage_should_send_an_unknown_message_anew_after_the_grace()
    {
        var sent = await SendAsync("Hello");
        await DeliverAsync(sent.Id, new DeliveryOutcome.Lost());
        database.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        (await RunAsync(new ResendMessage(sent.Id))).Error.ShouldBe(
            ConversationErrors.NotResendable
        );
        database.Clock.Advance(TimeSpan.FromMilliseconds(1));

        var again = await DoAsync(new ResendMessage(sent.Id));

        again.Id.ShouldNotBe(sent.Id);
        (await DoAsync(new ResendMessage(sent.Id))).Id.ShouldBe(again.Id);
        (await MessageAsync(again.Id)).Content.ShouldBe("Hello");
        (await OutboxAsync()).ShouldHaveSingleItem().SubjectId.ShouldBe(again.Id);
    }

    [Fact]
    public async Task ResendMessage_should_refuse_what_is_under_way_or_not_ours()
    {
        var sent = await SendAsync("Hello");
        (await RunAsync(new ResendMessage(sent.Id))).Error.ShouldBe(
            ConversationErrors.NotResendable
        );
        await DeliverAsync(sent.Id, new DeliveryOutcome.Accepted("wamid.ok"));
        (await RunAsync(new ResendMessage(sent.Id))).Error.ShouldBe(
            ConversationErrors.NotResendable
        );
        (await RunAsync(new ResendMessage(Guid.NewGuid()))).Error.ShouldBe(
            ConversationErrors.MessageNotFound
        );
        agent = await database.NewMemberAsync(tenant, MemberRoles.Viewer);
        (await RunAsync(new ResendMessage(sent.Id))).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
    }

    [Fact]
    public async Task ApplyStatus_should_ignore_the_first_attempts_failure_after_a_resend()
    {
        var sent = await SendAsync("Hello");
        await DeliverAsync(sent.Id, new DeliveryOutcome.Accepted("wamid.first"));
        await StatusAsync("wamid.first", MessageStatuses.Failed, sent.Id);
        await DoAsync(new ResendMessage(sent.Id));

        (await StatusAsync("wamid.first", MessageStatuses.Failed, sent.Id)).ShouldBeFalse();
        (await StatusAsync(sent.Id)).ShouldBe(MessageStatuses.Pending);
        await DeliverAsync(sent.Id, new DeliveryOutcome.Accepted("wamid.second"));
        (await StatusAsync("wamid.first", MessageStatuses.Failed, sent.Id)).ShouldBeFalse();
        (await StatusAsync(sent.Id)).ShouldBe(MessageStatuses.Accepted);

        await StatusAsync("wamid.second", MessageStatuses.Delivered, sent.Id);
        (await StatusAsync(sent.Id)).ShouldBe(MessageStatuses.Delivered);
    }

    // ---------------------------------------------------------------- ApplyStatus

    [Fact]
    public async Task ApplyStatus_should_climb_and_never_fall()
    {
        var sent = await AcceptedAsync("wamid.climb");
        (await StatusAsync("wamid.climb", MessageStatuses.Sent)).ShouldBeTrue();
        (await StatusAsync("wamid.climb", MessageStatuses.Read)).ShouldBeTrue();
        (await StatusAsync("wamid.climb", MessageStatuses.Delivered)).ShouldBeFalse();
        (await StatusAsync("wamid.climb", MessageStatuses.Read)).ShouldBeFalse();
        (await StatusAsync("wamid.climb", MessageStatuses.Failed)).ShouldBeFalse();
        var message = await MessageAsync(sent);
        message.Status.ShouldBe(MessageStatuses.Read);
        message.SentAt.ShouldNotBeNull();
        message.ReadAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task ApplyStatus_should_fail_a_sent_message_and_say_why()
    {
        var sent = await AcceptedAsync("wamid.fail");
        await StatusAsync("wamid.fail", MessageStatuses.Sent);
        (await StatusAsync("wamid.fail", MessageStatuses.Failed)).ShouldBeTrue();
        var message = await MessageAsync(sent);
        (message.Status, message.ErrorCode).ShouldBe((MessageStatuses.Failed, "131026"));
        (await StatusAsync("wamid.fail", MessageStatuses.Delivered)).ShouldBeFalse();
    }

    [Fact]
    public async Task ApplyStatus_should_park_what_comes_before_its_message()
    {
        var sent = await SendAsync("Hello");
        await BeginAsync(sent.Id);
        (await StatusAsync("wamid.early", MessageStatuses.Delivered)).ShouldBeFalse();
        (await StatusAsync("wamid.early", MessageStatuses.Delivered)).ShouldBeFalse();
        (await StatusAsync("wamid.early", MessageStatuses.Sent)).ShouldBeFalse();
        (await database.AskAsync<long>("SELECT count(*) FROM parked_events", tenant)).ShouldBe(2);

        await FinishAsync(
            sent.Id,
            (await OutboxAsync()).Single().Id,
            new DeliveryOutcome.Accepted("wamid.early")
        );

        (await StatusAsync(sent.Id)).ShouldBe(MessageStatuses.Delivered);
        (await database.AskAsync<long>("SELECT count(*) FROM parked_events", tenant)).ShouldBe(0);
    }

    [Fact]
    public async Task ApplyStatus_should_never_miss_the_message_that_is_accepted_at_the_same_time()
    {
        for (var i = 0; i < 20; i++)
        {
            var sent = await SendAsync($"{i}");
            await BeginAsync(sent.Id);
            var work = (await OutboxAsync()).Single(o => o.SubjectId == sent.Id).Id;
            await Task.WhenAll(
                FinishAsync(sent.Id, work, new DeliveryOutcome.Accepted($"wamid.{i}")),
                StatusAsync($"wamid.{i}", MessageStatuses.Delivered)
            );
            (await StatusAsync(sent.Id)).ShouldBe(MessageStatuses.Delivered);
        }
    }

    [Fact]
    public async Task ApplyStatus_should_settle_a_lost_answer_by_our_own_id()
    {
        var sent = await SendAsync("Hello");
        await DeliverAsync(sent.Id, new DeliveryOutcome.Lost());

        (await StatusAsync("wamid.found", MessageStatuses.Sent, sent.Id)).ShouldBeTrue();

        var message = await MessageAsync(sent.Id);
        (message.Status, message.ExternalMessageId, message.UnknownSince).ShouldBe(
            (MessageStatuses.Sent, "wamid.found", null)
        );
        (await StatusAsync("wamid.found", MessageStatuses.Read)).ShouldBeTrue();
    }

    [Fact]
    public async Task ApplyStatus_should_leave_nothing_to_deliver_of_what_the_provider_has()
    {
        var sent = await SendAsync("Hello");
        await DeliverAsync(
            sent.Id,
            new DeliveryOutcome.Postponed(TimeSpan.FromMinutes(1), "x", "y")
        );
        (await StatusAsync("wamid.after_all", MessageStatuses.Sent, sent.Id)).ShouldBeTrue();
        (await OutboxAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ApplyStatus_should_not_touch_another_channels_or_a_customers_message()
    {
        var sent = await AcceptedAsync("wamid.mine");
        var other = await database.NewChannelAsync(tenant);
        await database.DoAsync(
            tenant,
            Actor.System,
            new ApplyStatus(
                other,
                new InboundStatus(
                    "wamid.mine",
                    sent,
                    MessageStatuses.Read,
                    database.Clock.GetUtcNow()
                )
            )
        );
        (await StatusAsync(sent)).ShouldBe(MessageStatuses.Accepted);
        var theirs = database.Text(Customer, "Mine");
        var received = await database.ReceiveAsync(tenant, channel, theirs);
        (await StatusAsync(theirs.ExternalId, MessageStatuses.Read)).ShouldBeFalse();
        (await StatusAsync(received.MessageId)).ShouldBe(MessageStatuses.Received);
    }

    private Task<Result<SentMessage>> TrySendAsync(
        string text,
        string? key = null,
        bool isPrivate = false
    ) => RunAsync(new SendMessage(conversation, text, key ?? Guid.NewGuid().ToString(), isPrivate));

    private async Task<SentMessage> SendAsync(
        string text,
        string? key = null,
        bool isPrivate = false
    ) => (await TrySendAsync(text, key, isPrivate)).Value;

    private async Task<Error> RefusedAsync(string text, string? key = null) =>
        (await TrySendAsync(text, key)).Error.ShouldNotBeNull();

    private Task<Result<T>> RunAsync<T>(ITenantOperation<T> operation) =>
        database.RunAsync(tenant, agent, operation);

    private Task<T> DoAsync<T>(ITenantOperation<T> operation) =>
        database.DoAsync(tenant, agent, operation);

    private async Task<Delivery?> BeginAsync(Guid messageId, Guid? work = null) =>
        await database.DoAsync(
            tenant,
            Actor.System,
            new BeginDelivery(
                work ?? (await OutboxAsync()).Single(o => o.SubjectId == messageId).Id,
                messageId
            )
        );

    private Task<string> FinishAsync(Guid messageId, Guid work, DeliveryOutcome outcome) =>
        database.DoAsync(tenant, Actor.System, new FinishDelivery(work, messageId, outcome));

    private async Task<string> DeliverAsync(Guid messageId, DeliveryOutcome outcome)
    {
        var work = (await OutboxAsync()).Single(o => o.SubjectId == messageId).Id;
        (await BeginAsync(messageId, work)).ShouldNotBeNull();
        return await FinishAsync(messageId, work, outcome);
    }

    private async Task<Guid> AcceptedAsync(string externalId)
    {
        var sent = await SendAsync("Hello");
        await DeliverAsync(sent.Id, new DeliveryOutcome.Accepted(externalId));
        return sent.Id;
    }

    private Task<bool> StatusAsync(string externalId, string status, Guid? messageId = null) =>
        database.DoAsync(
            tenant,
            Actor.System,
            new ApplyStatus(
                channel,
                new InboundStatus(
                    externalId,
                    messageId,
                    status,
                    database.Clock.GetUtcNow(),
                    status == MessageStatuses.Failed ? "131026" : null,
                    status == MessageStatuses.Failed ? "Undeliverable" : null
                )
            )
        );

    private async Task<string> StatusAsync(Guid messageId) =>
        (await MessageAsync(messageId)).Status;

    private async Task SetStatusAsync(string status) =>
        await DoAsync(new SetConversationStatus(conversation, status));

    private Task<Message> MessageAsync(Guid id) =>
        database.ReadAsync(tenant, unit => unit.Db.Messages.SingleAsync(m => m.Id == id));

    private Task<Conversation> ConversationAsync() =>
        database.ReadAsync(
            tenant,
            unit => unit.Db.Conversations.SingleAsync(c => c.Id == conversation)
        );

    private Task<List<OutboxItem>> OutboxAsync() =>
        database.ReadAsync(tenant, unit => unit.Db.Outbox.ToListAsync());
}
