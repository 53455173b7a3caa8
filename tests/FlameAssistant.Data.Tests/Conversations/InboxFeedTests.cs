using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>What many inboxes are told of one change: the same reading, and to each no more than they may see.</summary>
public sealed class InboxFeedTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Guid channel;
    private Actor ana = null!;
    private Actor ben = null!;

    private InboxFeed Feed => database.Get<InboxFeed>();

    public async ValueTask InitializeAsync()
    {
        tenant = await database.NewTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        ana = await database.NewMemberAsync(tenant, MemberRoles.Agent);
        ben = await database.NewMemberAsync(tenant, MemberRoles.Agent);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Message_should_be_read_once_for_all_who_show_its_thread()
    {
        var one = await ReceiveAsync("5511988880001", "Bom dia");

        var all = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => FollowAsync(i % 2 == 0 ? ana : ben, one, seq: 1))
        );

        all[0].Shown!.Messages.Single().Content.ShouldBe("Bom dia");
        all.ShouldAllBe(news => ReferenceEquals(news.Shown, all[0].Shown));
        all.ShouldAllBe(news => news.Rows.Single().Unread == 1);
    }

    [Fact]
    public async Task Who_asks_after_a_commit_should_see_it()
    {
        var one = await ReceiveAsync("5511988880002", "Bom dia");
        (await FollowAsync(ana, one, seq: 1)).Rows.Single().InboundSeq.ShouldBe(1);

        await ReceiveAsync("5511988880002", "Tem azul?");
        var news = await FollowAsync(ana, one, seq: 2);

        news.Rows.Single().InboundSeq.ShouldBe(2);
        news.Shown!.Messages.Single().Content.ShouldBe("Tem azul?");
        await database.DoAsync(tenant, ben, new TakeConversation(one));
        (await FollowAsync(ana, one, seq: 2)).Standings[one].AssignedTo.ShouldBe(ben.UserId);
    }

    [Fact]
    public async Task Reading_should_be_each_ones_own()
    {
        var one = await ReceiveAsync("5511988880003", "Bom dia");
        await ReceiveAsync("5511988880003", "Tem azul?");
        await database.DoAsync(tenant, ana, new MarkConversationRead(one, 1));

        (await FollowAsync(ana, one, seq: 2)).Rows.Single().Unread.ShouldBe(1);
        (await FollowAsync(ben, one, seq: 2)).Rows.Single().Unread.ShouldBe(2);
        var told = await Feed.FollowAsync(
            tenant,
            ana,
            new InboxQuestion(new(), [one], Shown: null)
            {
                Known = new Dictionary<Guid, ReadMark> { [one] = new(2, IsMuted: true) },
            },
            default
        );
        (told.Rows.Single().Unread, told.Rows.Single().IsMuted).ShouldBe((0, true));
    }

    [Fact]
    public async Task Conversation_of_a_hidden_channel_should_give_nothing()
    {
        var one = await ReceiveAsync("5511988880004", "Bom dia");
        await FollowAsync(ana, one, seq: 1);
        await database.AddChannelMemberAsync(tenant, channel, ben);
        database.Live.Publish([new LiveEvent(tenant.Id, LiveKinds.Channel, channel, 0)]);

        var hidden = await FollowAsync(ana, one, seq: 1);

        hidden.Rows.ShouldBeEmpty();
        hidden.Shown.ShouldBeNull();
        hidden.Standings.ShouldBeEmpty();
        (await FollowAsync(ben, one, seq: 1)).Shown.ShouldNotBeNull();
        // What is given to somebody they see, whosever the channel is.
        await database.DoAsync(
            tenant,
            await database.NewMemberAsync(tenant, MemberRoles.Manager),
            new AssignConversation(one, ana.UserId)
        );
        (await FollowAsync(ana, one, seq: 1)).Shown.ShouldNotBeNull();
    }

    [Fact]
    public async Task Conversation_of_another_tenant_should_give_nothing()
    {
        var one = await ReceiveAsync("5511988880005", "Bom dia");
        await FollowAsync(ana, one, seq: 1);
        var other = await database.NewTenantAsync();
        var stranger = await database.NewMemberAsync(other, MemberRoles.Admin);

        var news = await Feed.FollowAsync(
            other,
            stranger,
            new InboxQuestion(new(), [one], new ThreadMark(one, [1], DateTimeOffset.UnixEpoch)),
            default
        );

        (news.Rows.Count, news.Shown, news.Standings.Count).ShouldBe((0, null, 0));
    }

    [Fact]
    public async Task Who_may_not_read_should_be_told_nothing()
    {
        var one = await ReceiveAsync("5511988880006", "Bom dia");
        var nobody = Actor.Member(ana.Id, role: "", isOwner: false);

        var news = await FollowAsync(nobody, one, seq: 1);

        (news.Rows.Count, news.Shown).ShouldBe((0, null));
    }

    [Fact]
    public async Task List_should_hold_what_the_database_says_it_holds()
    {
        var other = await database.NewChannelAsync(tenant);
        var people = new Guid?[] { null, ana.UserId, ben.UserId };
        string[] statuses =
        [
            ConversationStatuses.Open,
            ConversationStatuses.Pending,
            ConversationStatuses.Snoozed,
            ConversationStatuses.Resolved,
        ];
        var ids = new List<Guid>();
        foreach (var (status, person) in statuses.SelectMany(s => people.Select(p => (s, p))))
        {
            var (id, at) = (
                await ReceiveAsync(
                    $"55119777{ids.Count:00000}",
                    "Oi",
                    ids.Count % 2 == 0 ? channel : other
                ),
                "null"
            );
            at =
                ids.Count % 3 == 0 ? "now() - interval '3 hours'"
                : ids.Count % 3 == 1 ? "now()"
                : at;
            await database.ExecuteAsync(
                $"""
                UPDATE conversations SET status = '{status}', assigned_to = {(
                    person is { } p ? $"'{p}'" : "NULL"
                )}, waiting_since = {at},
                  priority = '{(ids.Count % 2 == 0 ? "normal" : "urgent")}', snoozed_until = {(
                    status == "snoozed" ? "now() + interval '1 day'" : "NULL"
                )}
                 WHERE id = '{id}'
                """,
                tenant
            );
            ids.Add(id);
        }
        database.Live.Publish([new LiveEvent(tenant.Id, LiveKinds.Resync, Guid.Empty, 0)]);
        var contact = await database.AskAsync<Guid>(
            $"SELECT contact_id FROM conversations WHERE id = '{ids[1]}'",
            tenant
        );
        var filters =
            from view in ConversationViewNames.Every
            from status in statuses.Append(null!)
            from rest in new ConversationFilter[]
            {
                new(),
                new() { Channels = [channel] },
                new() { Assignees = [ben.Id] },
                new() { Priorities = ["urgent"] },
                new() { WaitingMinutes = 60 },
                new() { Contact = contact },
                new() { Teams = [Guid.NewGuid()] },
            }
            select rest with
            {
                View = view,
                Status = status,
            };

        foreach (var filter in filters)
        {
            var told = await Feed.FollowAsync(
                tenant,
                ana,
                new InboxQuestion(filter, ids, Shown: null),
                default
            );
            var held = await database.ReadAsync(
                tenant,
                unit => unit.FindConversationRowsAsync(filter, ids, default),
                ana
            );
            told.Rows.Select(r => r.Id).ShouldBe(held.Select(r => r.Id), filter.ToString());
        }
    }

    private async Task<Guid> ReceiveAsync(string who, string text, Guid? by = null) =>
        (await database.ReceiveAsync(tenant, by ?? channel, who, text)).ConversationId;

    private Task<InboxNews> FollowAsync(Actor actor, Guid conversation, long seq) =>
        Feed.FollowAsync(
            tenant,
            actor,
            new InboxQuestion(
                new(),
                [conversation],
                new ThreadMark(conversation, [seq], DateTimeOffset.UnixEpoch)
            ),
            default
        );
}
