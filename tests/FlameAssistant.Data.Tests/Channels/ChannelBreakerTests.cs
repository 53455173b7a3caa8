using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Channels;

public sealed class ChannelBreakerTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private static readonly DeliveryOutcome down = new DeliveryOutcome.Postponed(
        TimeSpan.FromSeconds(2),
        "2",
        "Service unavailable"
    )
    {
        Scope = FailureScope.Channel,
    };

    private TenantRef tenant = null!;
    private Actor admin = null!;
    private Guid channel;
    private Guid conversation;
    private int keys;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        channel = await database.NewChannelAsync(tenant, "Shop");
        conversation = (await database.ReceiveAsync(tenant, channel, "57311")).ConversationId;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Repeated_failures_should_hold_messages_back_for_a_growing_while()
    {
        await BreakAsync();
        var row = await FindAsync();
        row.IsHeldBack.ShouldBeTrue();
        (row.Health.LastErrorCode, row.Health.LastError).ShouldBe(("2", "Service unavailable"));
        row.Health.RetryAt.ShouldBe(Now + ChannelBreaker.FirstPause);

        var held = await SendAsync();
        (await BeginAsync(held)).ShouldBeNull();
        var (status, attempts, available) = await WorkAsync(held);
        (status, attempts, available).ShouldBe(
            (MessageStatuses.Pending, 0, Now + ChannelBreaker.FirstPause)
        );

        database.Clock.Advance(ChannelBreaker.FirstPause);
        await FinishAsync(held, (await BeginAsync(held)).ShouldNotBeNull(), down);
        (await FindAsync()).Health.RetryAt.ShouldBe(Now + ChannelBreaker.FirstPause * 2);
    }

    [Fact]
    public async Task Only_one_message_should_try_when_the_pause_is_over()
    {
        await BreakAsync();
        database.Clock.Advance(ChannelBreaker.FirstPause);
        List<Guid> waiting = [];
        for (var i = 0; i < 4; i++)
        {
            waiting.Add(await SendAsync($"5731{i}"));
        }

        var begun = await Task.WhenAll(waiting.Select(BeginAsync));

        begun.Count(d => d is not null).ShouldBe(1);
    }

    [Fact]
    public async Task Success_should_let_everything_go_at_once()
    {
        await BreakAsync();
        database.Clock.Advance(ChannelBreaker.FirstPause);
        var (probe, held) = (await SendAsync("57320"), await SendAsync("57321"));
        var delivery = (await BeginAsync(probe)).ShouldNotBeNull();
        (await BeginAsync(held)).ShouldBeNull();

        await FinishAsync(probe, delivery, new DeliveryOutcome.Accepted("wamid.1"));

        var row = await FindAsync();
        (row.IsHeldBack, row.Health.Failures).ShouldBe((false, 0));
        row.Health.LastOutboundAt.ShouldBe(Now);
        (await WorkAsync(held)).Available.ShouldBe(Now);
        (await BeginAsync(held)).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_was_under_way_should_not_make_the_pause_longer()
    {
        await BreakAsync();
        var retryAt = (await FindAsync()).Health.RetryAt;
        // Begun before it stopped, answered after.
        await BreakAsync(messages: 3, direct: true);
        (await FindAsync()).Health.RetryAt.ShouldBe(retryAt);
    }

    [Fact]
    public async Task Failures_of_single_messages_should_stop_nothing()
    {
        for (var i = 0; i < ChannelBreaker.Threshold * 2; i++)
        {
            var message = await SendAsync($"5734{i}");
            await FinishAsync(
                message,
                (await BeginAsync(message)).ShouldNotBeNull(),
                new DeliveryOutcome.Rejected("131026", "Undeliverable")
            );
            PassPace();
        }
        (await FindAsync()).IsHeldBack.ShouldBeFalse();
    }

    [Fact]
    public async Task Success_between_failures_should_begin_the_count_again()
    {
        await BreakAsync(ChannelBreaker.Threshold - 1);
        var message = await SendAsync("57350");
        await FinishAsync(
            message,
            (await BeginAsync(message))!,
            new DeliveryOutcome.Accepted("wamid.2")
        );
        PassPace();
        await BreakAsync(ChannelBreaker.Threshold - 1, prefix: "5736");
        (await FindAsync()).IsHeldBack.ShouldBeFalse();
    }

    [Fact]
    public async Task Refused_credentials_should_stop_the_channel_and_tell_its_admins_once()
    {
        var agent = await database.NewMemberAsync(tenant, MemberRoles.Agent);
        var refused = new DeliveryOutcome.Rejected("190", "The token is no longer valid.")
        {
            Scope = FailureScope.Authorization,
        };
        var (first, second) = (await SendAsync("57370"), await SendAsync("57371"));
        var (one, two) = ((await BeginAsync(first))!, (await BeginAsync(second))!);
        await FinishAsync(first, one, refused);
        await FinishAsync(second, two, refused);

        var row = await FindAsync();
        (row.Status, row.StatusDetail, row.ErrorMessage, row.Health.NeedsAuth).ShouldBe(
            (
                ChannelStatuses.Error,
                ChannelDetails.Disconnected,
                "The token is no longer valid.",
                true
            )
        );
        var told = (await NewsAsync(admin)).ShouldHaveSingleItem();
        (told.Type, told.Title, told.ChannelId, told.ConversationNumber).ShouldBe(
            (NotificationKinds.Channel, "Shop", channel, null)
        );
        (await NewsAsync(agent)).ShouldBeEmpty();
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.outbox WHERE kind = '{OutboxKinds.MailNotifications}' AND subject_id = '{admin.Id}'"
            )
        ).ShouldBe(1);

        // What customers write is still taken in.
        await database.ReceiveAsync(tenant, channel, "57372", "Hello?");
        await database.DoAsync(tenant, admin, new ResumeChannel(channel));
        (await FindAsync()).Health.NeedsAuth.ShouldBeFalse();
    }

    [Fact]
    public async Task Error_of_any_length_and_content_should_be_kept()
    {
        var message = await SendAsync();
        await FinishAsync(
            message,
            (await BeginAsync(message))!,
            new DeliveryOutcome.Rejected(new string('9', 300), "a\0b" + new string('x', 3000))
            {
                Scope = FailureScope.Channel,
            }
        );
        (await FindAsync()).Health.LastError!.Length.ShouldBe(1000);
    }

    [Fact]
    public async Task Traffic_should_be_noted()
    {
        await database.DoAsync(tenant, Actor.System, new NoteChannelTraffic(channel));
        (await FindAsync()).Health.LastInboundAt.ShouldBe(Now);
        // One that is gone meanwhile is no reason to fail.
        await database.DoAsync(tenant, Actor.System, new NoteChannelTraffic(Guid.NewGuid()));
    }

    /// <summary>The number's own pace is another matter.</summary>
    private void PassPace() => database.Clock.Advance(TimeSpan.FromSeconds(1));

    private DateTimeOffset Now => database.Clock.GetUtcNow();

    /// <summary>Each in a conversation of its own, all begun before the first answer when <paramref name="direct"/>.</summary>
    private async Task BreakAsync(
        int messages = ChannelBreaker.Threshold,
        string prefix = "5733",
        bool direct = false
    )
    {
        for (var i = 0; i < messages; i++)
        {
            var message = await SendAsync($"{prefix}{i}");
            if (direct)
            {
                await database.ExecuteAsync(
                    $"UPDATE messages SET status = 'sending' WHERE id = '{message}'",
                    tenant
                );
            }
            else
            {
                (await BeginAsync(message)).ShouldNotBeNull();
            }
            await FinishAsync(message, null, down);
        }
    }

    private async Task<Guid> SendAsync(string? customer = null)
    {
        var to = customer is null
            ? conversation
            : (await database.ReceiveAsync(tenant, channel, customer)).ConversationId;
        return (
            await database.DoAsync(tenant, admin, new SendMessage(to, "Hello", $"key-{keys++}"))
        ).Id;
    }

    private async Task<Delivery?> BeginAsync(Guid message) =>
        await database.DoAsync(
            tenant,
            Actor.System,
            new BeginDelivery(await OutboxIdAsync(message), message)
        );

    private async Task FinishAsync(Guid message, Delivery? delivery, DeliveryOutcome outcome)
    {
        (delivery?.MessageId ?? message).ShouldBe(message);
        await database.DoAsync(
            tenant,
            Actor.System,
            new FinishDelivery(await OutboxIdAsync(message), message, outcome)
        );
    }

    private Task<Guid> OutboxIdAsync(Guid message) =>
        database.AskAsync<Guid>($"SELECT id FROM shared.outbox WHERE subject_id = '{message}'");

    private async Task<(string Status, int Attempts, DateTimeOffset Available)> WorkAsync(
        Guid message
    ) =>
        await database.ReadAsync(
            tenant,
            async unit =>
            {
                var work = await unit.Db.Outbox.SingleAsync(o => o.SubjectId == message);
                var status = await unit
                    .Db.Messages.Where(m => m.Id == message)
                    .Select(m => m.Status)
                    .SingleAsync();
                // It was not claimed here: one attempt that was never counted is given back.
                return (status, work.Attempts + 1, work.AvailableAt);
            }
        );

    private async Task<ChannelRow> FindAsync() =>
        (
            await database.ReadAsync(tenant, unit => unit.FindChannelAsync(channel, default), admin)
        ).ShouldNotBeNull();

    private async Task<IReadOnlyList<NotificationRow>> NewsAsync(Actor person) =>
        (
            await database.ReadAsync(
                tenant,
                unit => unit.ListNotificationsAsync(null, default),
                person
            )
        ).Rows;
}
