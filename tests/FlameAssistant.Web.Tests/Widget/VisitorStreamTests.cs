using System.Net;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using FlameAssistant.Web.Widget;

namespace FlameAssistant.Web.Tests.Widget;

/// <summary>What a visitor's page hears, and when it stops hearing.</summary>
public sealed class VisitorStreamTests(WidgetHost host) : IClassFixture<WidgetHost>, IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Actor agent = null!;
    private Guid channel;
    private string token = "";

    public async ValueTask InitializeAsync()
    {
        tenant = await host.Database.NewTenantAsync();
        channel = await host.Database.NewWebChatAsync(tenant);
        agent = await host.Database.NewMemberAsync(tenant, displayName: "Bia");
        token = (await host.OpenAsync(channel))["visitor_token"]!.GetValue<string>();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_stream_from_before_the_first_message_should_hear_of_it_and_of_the_answer()
    {
        using var stream = await host.ListenAsync(token);
        (await stream.NextAsync())!.Data.ShouldBe("3000");
        (await stream.NextAsync("conversation")).Json["conversation_id"].ShouldBeNull();

        var sent = await host.WriteAsync(token, "c-1", "Olá");

        var mine = await stream.NextAsync("message.created");
        (
            mine.Json["client_id"]!.GetValue<string>(),
            mine.Json["direction"]!.GetValue<string>(),
            mine.Json["seq"]!.GetValue<long>()
        ).ShouldBe(("c-1", "in", 1));
        await host.AnswerAsync(
            tenant,
            agent,
            sent["conversation_id"]!.GetValue<Guid>(),
            "Oi! Como posso ajudar?"
        );
        var theirs = await stream.NextAsync("message.created");
        (
            theirs.Json["text"]!.GetValue<string>(),
            theirs.Json["author"]!["type"]!.GetValue<string>(),
            theirs.Json["author"]!["name"]!.GetValue<string>()
        ).ShouldBe(("Oi! Como posso ajudar?", "agent", "Bia"));
        theirs.Id.ShouldBe(theirs.Json["rev"]!.ToString());
    }

    [Fact]
    public async Task A_stream_should_go_on_where_the_last_one_was()
    {
        var sent = await host.WriteAsync(token, "c-1", "One");
        var conversation = sent["conversation_id"]!.GetValue<Guid>();
        var answer = await host.AnswerAsync(tenant, agent, conversation, "Two");
        await host.WriteAsync(token, "c-2", "Three");

        using var stream = await host.ListenAsync(token, after: sent["rev"]!.GetValue<long>());

        (await stream.NextAsync("message.created")).Json["text"]!
            .GetValue<string>()
            .ShouldBe("Two");
        var third = await stream.NextAsync("message.created");
        third.Json["text"]!.GetValue<string>().ShouldBe("Three");
        await host.DoAsync(
            tenant,
            Actor.System,
            new ApplyMessageEvent(
                channel,
                new InboundMessageEvent(
                    answer.ToString("N"),
                    MessageEventKinds.Delete,
                    "e-1",
                    [new InboundIdentity("visitor", "x")],
                    DateTimeOffset.UtcNow,
                    IsEcho: true
                )
            )
        );
        var deleted = await stream.NextAsync("message.deleted");
        deleted.Json["id"]!.GetValue<Guid>().ShouldBe(answer);
        deleted.Json["text"]!.GetValue<string>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_pages_of_one_visitor_should_hear_the_same()
    {
        using var one = await host.ListenAsync(token);
        using var two = await host.ListenAsync(token);
        await one.NextAsync("conversation");
        await two.NextAsync("conversation");

        await host.WriteAsync(token, "c-1", "Hello");

        (await one.NextAsync("message.created")).Data.ShouldBe(
            (await two.NextAsync("message.created")).Data
        );
    }

    [Fact]
    public async Task A_ticket_should_open_one_stream()
    {
        var ticket = await host.TicketAsync(token);
        using var first = await host.ListenWithAsync(ticket);

        using var second = await host.SendAsync(
            HttpMethod.Get,
            $"/widget/stream?ticket={ticket}&after=0"
        );
        second.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        // Nor is the token itself one.
        using var third = await host.SendAsync(HttpMethod.Get, $"/widget/stream?ticket={token}");
        third.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_agent_who_types_reads_and_resolves_should_be_seen()
    {
        var sent = await host.WriteAsync(token, "c-1", "Hello");
        var conversation = sent["conversation_id"]!.GetValue<Guid>();
        using var stream = await host.ListenAsync(token);
        await stream.NextAsync("conversation");

        await Eventually.IsTrueAsync(async () =>
        {
            // The visitor's own typing does not come back to them.
            await host.AskAsync(HttpMethod.Post, "/widget/typing", token, new { on = true });
            host.Get<LiveHub>().Publish([PersonalHint.Types(tenant.Id, conversation, agent.Id)]);
            return (await stream.NextAsync())!.Name == "typing";
        });
        await host.DoAsync(tenant, agent, new MarkConversationRead(conversation, 1));
        (await stream.NextAsync("conversation")).Json["read_seq"]!.GetValue<long>().ShouldBe(1);

        await host.DoAsync(
            tenant,
            agent,
            new SetConversationStatus(conversation, ConversationStatuses.Resolved)
        );
        var resolved = await stream.NextAsync("conversation");
        (
            resolved.Json["status"]!.GetValue<string>(),
            resolved.Json["can_rate"]!.GetValue<bool>()
        ).ShouldBe(("resolved", true));
        await host.AskAsync(HttpMethod.Post, "/widget/rating", token, new { score = 5 });
        (await stream.NextAsync("conversation")).Json["can_rate"]!.GetValue<bool>().ShouldBeFalse();
        using var again = await host.SendAsync(
            HttpMethod.Post,
            "/widget/rating",
            token,
            new { score = 1 }
        );
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_visitor_who_types_should_be_seen_by_agents()
    {
        var sent = await host.WriteAsync(token, "c-1", "Hello");
        var conversation = sent["conversation_id"]!.GetValue<Guid>();
        var contact = await host.Database.AskAsync<Guid>("SELECT id FROM contacts", tenant);
        var typing = new List<Guid?>();
        using var subscription = host.Get<LiveHub>()
            .Subscribe(tenant.Id, e => typing.Add(PersonalHint.WhoTypes(e)));

        await host.AskAsync(HttpMethod.Post, "/widget/typing", token, new { on = true });

        typing.ShouldBe([contact]);
        conversation.ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task A_stream_should_end_with_its_token()
    {
        using var stream = await host.ListenAsync(token);
        await stream.NextAsync("conversation");
        await host.Database.ExecuteAsync(
            $"DELETE FROM shared.access_tokens WHERE tenant_id = '{tenant.Id}' AND kind = 'visitor'"
        );

        // Nobody told this node: the look through all streams finds it.
        await host.Get<VisitorStreams>().SweepAsync(default);

        await stream.NextAsync("ended");
        (await stream.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_stream_should_end_with_its_channel()
    {
        using var stream = await host.ListenAsync(token);
        await stream.NextAsync("conversation");
        await host.Database.ExecuteAsync(
            $"UPDATE shared.channel_routes SET state = 'paused' WHERE channel_id = '{channel}'"
        );

        host.Get<LiveHub>().Publish([new LiveEvent(tenant.Id, LiveKinds.Channel, channel, 0)]);

        await stream.NextAsync("ended");
    }

    [Fact]
    public async Task What_no_event_told_should_be_found_by_the_look_through_all_streams()
    {
        using var stream = await host.ListenAsync(token);
        await stream.NextAsync("conversation");
        await host.WriteAsync(token, "c-1", "Hello");
        await stream.NextAsync("message.created");

        // By another node, whose hint got lost.
        var other = host.Database.NewServices();
        await using (other)
        {
            await host.Database.DoAsync(
                tenant,
                Actor.System,
                new Data.Channels.WebChat.ReceiveFromVisitor(
                    channel,
                    await host.Database.AskAsync<Guid>("SELECT id FROM visitors", tenant),
                    "c-2",
                    "From elsewhere",
                    [],
                    TimeSpan.FromDays(1000)
                )
            );
        }
        await host.Get<VisitorStreams>().SweepAsync(default);

        (await stream.NextAsync("message.created")).Json["text"]!
            .GetValue<string>()
            .ShouldBe("From elsewhere");
    }

    [Fact]
    public async Task A_closed_page_should_leave_nothing_behind()
    {
        // The streams of the tests before may just be closing.
        await Eventually.IsTrueAsync(() => host.Get<VisitorStreams>().Count == 0);
        var streams = new List<EventReader>();
        for (var i = 0; i < 5; i++)
        {
            streams.Add(await host.ListenAsync(token));
        }
        await Eventually.IsTrueAsync(() => host.Get<VisitorStreams>().Count == 5);

        streams.ForEach(s => s.Dispose());

        await Eventually.IsTrueAsync(() => host.Get<VisitorStreams>().Count == 0);
    }
}
