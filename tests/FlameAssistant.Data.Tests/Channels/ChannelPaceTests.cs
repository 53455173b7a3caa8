using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Channels;

/// <summary>How fast a number sends: by its own rate, and to one customer.</summary>
public sealed class ChannelPaceTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Actor agent = null!;
    private Guid channel;
    private int keys;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        agent = await database.NewMemberAsync(tenant);
        channel = await database.NewChannelAsync(tenant);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_customer_should_get_a_burst_and_then_what_it_borrowed_is_waited_for()
    {
        var conversation = await ConversationAsync("5511900000001");
        var begun = Now;
        for (var i = 0; i < 5; i++)
        {
            (await TryAsync(conversation)).ShouldBeNull();
            database.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        database.Clock.Advance(TimeSpan.FromSeconds(2));

        // Five were sent: the next may go 5 × 6 seconds after the first came, which was up to a second after it left.
        var held = await SendAsync(conversation);
        (await TryAsync(conversation, held)).ShouldBe(begun.AddSeconds(31));
        // Another customer waits for nobody.
        (await TryAsync(await ConversationAsync("5511900000002"))).ShouldBeNull();

        database.Clock.Advance(TimeSpan.FromSeconds(24));
        (await TryAsync(conversation, held)).ShouldBeNull();
    }

    [Fact]
    public async Task A_burst_should_have_an_end()
    {
        var conversation = await ConversationAsync("5511900000003");
        for (var i = 0; i < 45; i++)
        {
            if (i % 5 == 0)
            {
                // The number's own rate is another matter.
                database.Clock.Advance(TimeSpan.FromMilliseconds(100));
            }
            (await TryAsync(conversation)).ShouldBeNull($"{i}");
        }

        (await TryAsync(conversation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task No_second_should_have_more_messages_of_a_number_than_it_takes()
    {
        var due = new List<DateTimeOffset>();
        for (var i = 0; i < 200; i++)
        {
            var message = await SendAsync(await ConversationAsync($"55119100{i:0000}"));
            due.Add(await TryMessageAsync(message) ?? Now);
        }

        due.Count(at => at == Now).ShouldBe(8);
        due.ShouldBeInOrder();
        // Not even when some come a tenth of a second late, and those behind them do not.
        due.ShouldAllBe(first => due.Count(at => at >= first && at < first.AddSeconds(1.1)) <= 80);
        // Little is given away either: 64 in each further second.
        (due[^1] - Now).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Who_was_given_a_moment_should_go_then_and_take_no_second_one()
    {
        for (var i = 0; i < 8; i++)
        {
            (
                await TryMessageAsync(await SendAsync(await ConversationAsync($"55119200{i:0000}")))
            ).ShouldBeNull();
        }
        var message = await SendAsync(await ConversationAsync("5511920009999"));
        var moment = (await TryMessageAsync(message)).ShouldNotBeNull();
        var later = await SendAsync(await ConversationAsync("5511920009998"));
        (await TryMessageAsync(later)).ShouldNotBeNull().ShouldBeGreaterThan(moment);

        database.Clock.Advance(moment - Now);
        (await TryMessageAsync(message)).ShouldBeNull();
        (await TryMessageAsync(later)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_number_that_sent_too_much_should_pause_as_a_whole()
    {
        var message = await SendAsync(await ConversationAsync("5511930000001"));
        (await TryMessageAsync(message)).ShouldBeNull();
        await database.DoAsync(
            tenant,
            Actor.System,
            new FinishDelivery(
                await WorkAsync(message),
                message,
                new DeliveryOutcome.Postponed(TimeSpan.FromSeconds(9), "130429", "Too many")
                {
                    HoldsNumber = true,
                }
            )
        );

        var other = await SendAsync(await ConversationAsync("5511930000002"));
        (await TryMessageAsync(other))
            .ShouldNotBeNull()
            .ShouldBeGreaterThanOrEqualTo(Now.AddSeconds(9));
    }

    [Fact]
    public async Task A_channels_settings_should_say_what_meta_raised()
    {
        await database.ExecuteAsync(
            """UPDATE integrations SET config = '{"messages_per_second":"1000","seconds_per_customer":"0"}'""",
            tenant
        );
        var conversation = await ConversationAsync("5511940000001");
        for (var i = 0; i < 60; i++)
        {
            (await TryAsync(conversation)).ShouldBeNull($"{i}");
        }
    }

    private DateTimeOffset Now => database.Clock.GetUtcNow();

    private async Task<Guid> ConversationAsync(string customer) =>
        (await database.ReceiveAsync(tenant, channel, customer)).ConversationId;

    private async Task<Guid> SendAsync(Guid conversation) =>
        (
            await database.DoAsync(
                tenant,
                agent,
                new SendMessage(conversation, "Hello", $"key-{keys++}")
            )
        ).Id;

    private async Task<DateTimeOffset?> TryAsync(Guid conversation, Guid? message = null) =>
        await TryMessageAsync(message ?? await SendAsync(conversation));

    /// <returns>When it may go; null when it goes now.</returns>
    private async Task<DateTimeOffset?> TryMessageAsync(Guid message)
    {
        var work = await WorkAsync(message);
        var delivery = await database.DoAsync(
            tenant,
            Actor.System,
            new BeginDelivery(work, message)
        );
        return delivery is not null
            ? null
            : new DateTimeOffset(
                await database.AskAsync<DateTime>(
                    $"SELECT available_at FROM shared.outbox WHERE id = '{work}'"
                ),
                TimeSpan.Zero
            );
    }

    private Task<Guid> WorkAsync(Guid message) =>
        database.AskAsync<Guid>($"SELECT id FROM shared.outbox WHERE subject_id = '{message}'");
}
