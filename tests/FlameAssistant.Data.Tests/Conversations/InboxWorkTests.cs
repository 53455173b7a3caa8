using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>What agents do with conversations beside writing: taking, setting aside, naming, tagging, merging, all at once.</summary>
public sealed class InboxWorkTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private const string Customer = "5491155553000";
    private TenantRef tenant = null!;
    private Guid channel;
    private Guid conversation;
    private Actor agent = null!;
    private Actor manager = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        conversation = (await database.ReceiveAsync(tenant, channel, Customer)).ConversationId;
        agent = await database.NewMemberAsync(tenant, displayName: "Ana");
        manager = await database.NewMemberAsync(tenant, MemberRoles.Manager);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Two_who_take_a_conversation_at_once_should_not_both_have_it()
    {
        var agents = new List<Actor>();
        for (var i = 0; i < 6; i++)
        {
            agents.Add(await database.NewMemberAsync(tenant));
        }
        var results = await Task.WhenAll(
            agents.Select(a => RunAsync(a, new TakeConversation(conversation)))
        );
        results.Count(r => r.IsOk).ShouldBe(1);
        results
            .Where(r => !r.IsOk)
            .ShouldAllBe(r => r.Error!.Code == "conversation.taken" && r.Error.Args.Count == 1);
        (await EventsAsync()).Count(e => e.Kind == ConversationEventKinds.Assigned).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_unread_should_be_told_to_whose_it_is()
    {
        (await database.ReadAsync(tenant, u => u.UnreadOfMineAsync(default), agent)).ShouldBe(
            UnreadOfMine.None
        );
        await DoAsync(agent, new TakeConversation(conversation));

        var unread = await database.ReadAsync(tenant, u => u.UnreadOfMineAsync(default), agent);
        var inThis = await database.ReadAsync(
            tenant,
            u => u.CountUnreadAsync(conversation, default),
            agent
        );
        await RunAsync(agent, new MarkConversationRead(conversation, inThis));

        unread.Count.ShouldBe(1);
        inThis.ShouldBe(1);
        (await database.ReadAsync(tenant, u => u.UnreadOfMineAsync(default), agent)).ShouldBe(
            UnreadOfMine.None
        );
        (await database.ReadAsync(tenant, u => u.UnreadOfMineAsync(default), manager)).ShouldBe(
            UnreadOfMine.None
        );
    }

    [Fact]
    public async Task Readers_and_channels_should_be_those_of_who_may_see_them()
    {
        var stranger = await database.NewTenantAsync();
        var outsider = await database.NewMemberAsync(stranger);
        (
            await database.ReadAsync(tenant, u => u.ListReadersAsync(conversation, default), agent)
        ).ShouldBe([agent.Id, manager.Id], ignoreOrder: true);
        (
            await database.ReadAsync(
                stranger,
                u => u.ListReadersAsync(conversation, default),
                outsider
            )
        ).ShouldBeEmpty();
        (await database.ReadAsync(tenant, u => u.ListInboxChannelsAsync(default), agent))
            .Select(c => c.Id)
            .ShouldBe([channel]);
    }

    [Fact]
    public void Typing_should_say_who_and_be_no_other_hint()
    {
        var typing = PersonalHint.Types(tenant.Id, conversation, agent.Id);

        typing.SubjectId.ShouldBe(conversation);
        PersonalHint.WhoTypes(typing).ShouldBe(agent.Id);
        PersonalHint.WhoReads(typing).ShouldBeNull();
        PersonalHint
            .WhoTypes(new LiveEvent(tenant.Id, LiveKinds.Message, conversation, 1))
            .ShouldBeNull();
        // A notification holds 45 of them.
        System.Text.Json.JsonSerializer.Serialize(typing).Length.ShouldBeLessThan(160);
    }

    [Fact]
    public async Task An_agent_should_give_to_team_mates_only()
    {
        var mate = await database.NewMemberAsync(tenant);
        var other = await database.NewMemberAsync(tenant);
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var team = await DoAsync(
            admin,
            new SaveTeam(null, "Ventas ñ", null, AssignmentModes.None, [agent.Id, mate.Id])
        );
        var foreign = await DoAsync(
            admin,
            new SaveTeam(null, "Soporte", null, AssignmentModes.None, [other.Id])
        );
        (await RunAsync(agent, new AssignConversation(conversation, mate.Id))).IsOk.ShouldBeTrue();
        (
            await RunAsync(agent, new AssignConversation(conversation, other.Id))
        ).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        (await RunAsync(agent, new AssignTeam(conversation, team))).IsOk.ShouldBeTrue();
        (await RunAsync(agent, new AssignTeam(conversation, foreign))).Error!.Kind.ShouldBe(
            ErrorKind.Forbidden
        );
        (await RunAsync(manager, new AssignTeam(conversation, foreign))).IsOk.ShouldBeTrue();
        (await RunAsync(manager, new AssignTeam(conversation, Guid.NewGuid()))).Error.ShouldBe(
            ConversationErrors.TeamUnknown
        );
    }

    [Fact]
    public async Task A_viewer_should_change_nothing_and_be_given_nothing()
    {
        var viewer = await database.NewMemberAsync(tenant, MemberRoles.Viewer);
        var tag = await DoAsync(manager, new SaveTag(null, "vip", "#FF0000"));
        ITenantOperation<bool>[] operations =
        [
            new SetConversationStatus(conversation, ConversationStatuses.Resolved),
            new SnoozeConversation(conversation, database.Clock.GetUtcNow().AddHours(1)),
            new SetConversationPriority(conversation, ConversationPriorities.Urgent),
            new TagConversation(conversation, [tag], []),
            new SetConversationTitle(conversation, "x"),
            new SetConversationFields(
                conversation,
                new Dictionary<string, string?>(StringComparer.Ordinal)
            ),
            new TakeConversation(conversation),
            new AssignTeam(conversation, null),
            new SetParticipant(conversation, viewer.Id, TakesPart: true),
            new MergeConversations(conversation, Guid.NewGuid()),
        ];
        foreach (var operation in operations)
        {
            (await RunAsync(viewer, operation)).Error!.Kind.ShouldBe(
                ErrorKind.Forbidden,
                operation.GetType().Name
            );
            // Nor does anybody reach a conversation of another tenant.
            var stranger = await database.NewTenantAsync();
            (
                await database.RunAsync(
                    stranger,
                    await database.NewMemberAsync(stranger, MemberRoles.Admin),
                    operation
                )
            ).Error!.Kind.ShouldBe(ErrorKind.NotFound, operation.GetType().Name);
        }
        (await RunAsync(manager, new AssignConversation(conversation, viewer.Id))).Error.ShouldBe(
            ConversationErrors.AssigneeViewer
        );
        (await EventsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Snooze_should_end_at_its_time_and_once()
    {
        var until = database.Clock.GetUtcNow().AddHours(2);
        await DoAsync(agent, new SnoozeConversation(conversation, until));
        (await ReadAsync()).ShouldSatisfyAllConditions(
            c => c.Status.ShouldBe(ConversationStatuses.Snoozed),
            c => c.SnoozedUntil.ShouldBe(until)
        );
        var row = await OutboxAsync(OutboxKinds.WakeConversation);
        row.AvailableAt.ShouldBe(until);
        (await DoAsync(Actor.System, new WakeConversation(row.Id, conversation))).ShouldBeFalse();
        database.Clock.Advance(TimeSpan.FromHours(2));
        (await DoAsync(Actor.System, new WakeConversation(row.Id, conversation))).ShouldBeTrue();
        (await DoAsync(Actor.System, new WakeConversation(row.Id, conversation))).ShouldBeFalse();
        (await ReadAsync()).Status.ShouldBe(ConversationStatuses.Open);
        (await EventsAsync())
            .Select(e => e.Kind)
            .ShouldBe([ConversationEventKinds.Snoozed, ConversationEventKinds.Woken]);
    }

    [Fact]
    public async Task Snooze_should_end_when_the_customer_writes()
    {
        await DoAsync(
            agent,
            new SnoozeConversation(conversation, database.Clock.GetUtcNow().AddDays(3))
        );
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        await database.ReceiveAsync(tenant, channel, Customer, "¿Hola?");
        (await ReadAsync()).ShouldSatisfyAllConditions(
            c => c.Status.ShouldBe(ConversationStatuses.Open),
            c => c.SnoozedUntil.ShouldBeNull()
        );
        (
            await RunAsync(agent, new SnoozeConversation(conversation, database.Clock.GetUtcNow()))
        ).Error.ShouldBe(ConversationErrors.SnoozeTime);
    }

    [Fact]
    public async Task Tags_should_be_put_on_and_taken_off_and_counted()
    {
        var vip = await DoAsync(manager, new SaveTag(null, "Vip 🌟", "#FF0000"));
        var late = await DoAsync(manager, new SaveTag(null, "tarde", "#00FF00"));
        await DoAsync(agent, new TagConversation(conversation, [vip, late, vip], []));
        await DoAsync(agent, new TagConversation(conversation, [vip], [late]));
        (await ReadAsync()).Tags.ShouldBe(["Vip 🌟"]);
        (await TagsAsync()).Select(t => (t.Name, t.Uses)).ShouldBe([("tarde", 0), ("Vip 🌟", 1)]);
        (await EventsAsync())
            .Select(e => e.Kind)
            .ShouldBe(["tagged", "tagged", "untagged"], ignoreOrder: true);
        (
            await RunAsync(agent, new TagConversation(conversation, [Guid.NewGuid()], []))
        ).Error.ShouldBe(TagErrors.NotFound);
        (await RunAsync(agent, new SaveTag(null, "mine", "#000000"))).Error!.Kind.ShouldBe(
            ErrorKind.Forbidden
        );
        (await RunAsync(manager, new SaveTag(null, "tarde", "#000000"))).Error!.Code.ShouldBe(
            "tag.exists"
        );

        await DoAsync(agent, new TagConversation(conversation, [late], []));
        await DoAsync(manager, new MergeTags(late, vip));
        (await ReadAsync()).Tags.ShouldBe(["Vip 🌟"]);
        (await TagsAsync()).Select(t => (t.Name, t.Uses)).ShouldBe([("Vip 🌟", 1)]);
        await DoAsync(manager, new DeleteTag(vip));
        (await ReadAsync()).Tags.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fields_should_hold_to_their_kinds_and_tell_all_problems_at_once()
    {
        await database.ExecuteAsync(
            """
            INSERT INTO custom_field_definitions (id, subject, key, label, kind, choices) VALUES
              (gen_random_uuid(), 'conversation', 'amount', 'Amount', 'number', '{}'),
              (gen_random_uuid(), 'conversation', 'due', 'Due', 'date', '{}'),
              (gen_random_uuid(), 'conversation', 'size', 'Size', 'choice', '{S,M,Ñ}'),
              (gen_random_uuid(), 'conversation', 'link', 'Link', 'url', '{}')
            """,
            tenant
        );
        await DoAsync(agent, Fields(("amount", "12.50"), ("due", "2026-02-28"), ("size", "Ñ")));
        (await ReadAsync()).CustomFields.ShouldBe(
            """{"due": "2026-02-28", "size": "Ñ", "amount": 12.50}"""
        );
        (
            await RunAsync(
                agent,
                Fields(
                    ("amount", "twelve"),
                    ("due", "2026-02-30"),
                    ("size", "XL"),
                    ("link", "javascript:alert(1)"),
                    ("none", "x")
                )
            )
        ).Error!.Fields!.Keys.ShouldBe(["amount", "due", "size", "link", "none"]);
        await DoAsync(agent, Fields(("amount", null)));
        (await ReadAsync()).CustomFields.ShouldBe("""{"due": "2026-02-28", "size": "Ñ"}""");
    }

    [Fact]
    public async Task Merge_should_keep_every_message_in_order_and_close_the_other()
    {
        var second = await database.NewChannelAsync(tenant);
        await database.ExecuteAsync(
            $"""
            INSERT INTO contact_identities (id, contact_id, channel_id, kind, value)
            SELECT gen_random_uuid(), contact_id, '{second}', 'wa_id', '{Customer}' FROM conversations WHERE id = '{conversation}'
            """,
            tenant
        );
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        var other = (await database.ReceiveAsync(tenant, second, Customer, "two")).ConversationId;
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        await database.ReceiveAsync(tenant, channel, Customer, "three");
        await DoAsync(agent, new MarkConversationRead(conversation, 1));
        await DoAsync(agent, new MarkConversationRead(other, 1));

        await DoAsync(agent, new MergeConversations(conversation, other));

        var thread = await ThreadAsync(conversation);
        thread.Messages.Select(m => m.Content).ShouldBe(["Hello", "two", "three"]);
        thread.Messages.Select(m => m.Seq).ShouldBeUnique();
        (await ThreadAsync(other)).Messages.ShouldBeEmpty();
        var kept = await ReadAsync();
        (kept.InboundSeq, kept.LastMessagePreview).ShouldBe((3, "three"));
        (await ListAsync(agent, new ConversationFilter())).Rows.Single().Unread.ShouldBe(1);

        (await RunAsync(agent, new MergeConversations(conversation, other))).Error.ShouldBe(
            ConversationErrors.Merged
        );
        (
            await RunAsync(agent, new SetConversationStatus(other, ConversationStatuses.Open))
        ).Error.ShouldBe(ConversationErrors.Merged);
        (await RunAsync(agent, new SendMessage(other, "late", "k1"))).Error.ShouldBe(
            ConversationErrors.Merged
        );
        // A new message on the other channel starts anew; it does not wake what was closed for ever.
        var next = await database.ReceiveAsync(tenant, second, Customer, "four");
        next.ConversationId.ShouldNotBe(other);
    }

    [Fact]
    public async Task Merge_should_refuse_another_contact_and_both_ways_at_once()
    {
        var stranger = (
            await database.ReceiveAsync(tenant, channel, "5491155553001")
        ).ConversationId;
        (await RunAsync(agent, new MergeConversations(conversation, stranger))).Error.ShouldBe(
            ConversationErrors.MergeOtherContact
        );
        (await RunAsync(agent, new MergeConversations(conversation, conversation))).Error.ShouldBe(
            ConversationErrors.MergeSame
        );
        await database.ExecuteAsync(
            $"""
            UPDATE conversations SET status = 'resolved' WHERE id = '{stranger}';
            UPDATE conversations SET contact_id = (SELECT contact_id FROM conversations WHERE id = '{conversation}') WHERE id = '{stranger}'
            """,
            tenant
        );
        var results = await Task.WhenAll(
            RunAsync(agent, new MergeConversations(conversation, stranger)),
            RunAsync(manager, new MergeConversations(stranger, conversation))
        );
        results.Count(r => r.IsOk).ShouldBe(1);
    }

    [Fact]
    public async Task Mentions_should_be_only_of_who_can_read_and_make_a_list()
    {
        var named = await database.NewMemberAsync(tenant);
        var gone = await database.NewMemberAsync(tenant);
        await database.ExecuteAsync(
            $"UPDATE shared.tenant_users SET is_active = false WHERE user_id = '{gone.Id}'",
            tenant
        );
        var stranger = await database.NewMemberAsync(await database.NewTenantAsync());
        foreach (var nobody in (Guid[])[gone.Id, stranger.Id, Guid.NewGuid()])
        {
            (await RunAsync(agent, Note("psst", nobody))).Error.ShouldBe(
                ConversationErrors.MentionUnknown
            );
        }
        await DoAsync(agent, Note("@x mira esto", named.Id));

        (await ThreadAsync(conversation))
            .Messages[^1]
            .ShouldSatisfyAllConditions(
                m => m.IsPrivate.ShouldBeTrue(),
                m => m.Mentions.ShouldBe([named.Id])
            );
        var mentions = new ConversationFilter { View = ConversationViewNames.Mentions };
        (await ListAsync(named, mentions)).Rows.Single().Id.ShouldBe(conversation);
        (await ListAsync(agent, mentions)).Rows.ShouldBeEmpty();
        (await CountsAsync(named)).Mentions.ShouldBe(1);
        // Not to the customer, and not in the list's preview.
        (await ReadAsync()).LastMessagePreview.ShouldBe("Hello");

        await database.AddChannelMemberAsync(tenant, channel, agent);
        (await RunAsync(agent, Note("again", named.Id))).Error.ShouldBe(
            ConversationErrors.MentionUnknown
        );
    }

    [Fact]
    public async Task Bulk_should_answer_for_each_and_leave_a_foreign_one_alone()
    {
        var other = (await database.ReceiveAsync(tenant, channel, "5491155553002")).ConversationId;
        var abroad = await database.NewTenantAsync();
        var foreign = (
            await database.ReceiveAsync(abroad, await database.NewChannelAsync(abroad), Customer)
        ).ConversationId;
        var items = await DoAsync(
            agent,
            new ChangeConversations(
                [conversation, foreign, other, conversation],
                new BulkChange.Status(ConversationStatuses.Resolved)
            )
        );
        items
            .ToDictionary(i => i.ConversationId, i => i.Error?.Code)
            .ShouldBe(
                new Dictionary<Guid, string?>
                {
                    [conversation] = null,
                    [foreign] = "conversation.not_found",
                    [other] = null,
                },
                ignoreOrder: true
            );
        (await ReadAsync()).Status.ShouldBe(ConversationStatuses.Resolved);
        (
            await RunAsync(
                agent,
                new ChangeConversations(
                    [.. Enumerable.Range(0, 201).Select(_ => Guid.NewGuid())],
                    new BulkChange.Priority(ConversationPriorities.High)
                )
            )
        ).Error.ShouldBe(ConversationErrors.TooManyAtOnce);
    }

    [Fact]
    public async Task Rating_should_count_once_within_its_time()
    {
        var links = database.Get<RatingLinks>();
        (await links.CreateAsync(tenant, agent, conversation, default)).Error.ShouldBe(
            ConversationErrors.NotResolved
        );
        await DoAsync(
            agent,
            new SetConversationStatus(conversation, ConversationStatuses.Resolved)
        );
        var token = (await links.CreateAsync(tenant, agent, conversation, default)).Value;
        (await links.FindAsync(token, default)).ShouldNotBeNull().Id.ShouldBe(tenant.Id);
        (await links.RedeemAsync(token, 6, null, default)).Error.ShouldBe(
            ConversationErrors.RatingInvalid
        );
        var both = await Task.WhenAll(
            links.RedeemAsync(token, 5, "¡Genial! <script>", default),
            links.RedeemAsync(token, 5, "¡Genial! <script>", default)
        );
        both.Count(r => r.IsOk).ShouldBe(1);
        (await links.RedeemAsync(token, 1, null, default)).Error.ShouldBe(
            ConversationErrors.RatingGone
        );
        (await ReadAsync()).SatisfactionScore.ShouldBe(5);

        var late = (await links.CreateAsync(tenant, agent, conversation, default)).Value;
        database.Clock.Advance(TimeSpan.FromDays(31));
        (await links.RedeemAsync(late, 1, null, default)).Error.ShouldBe(
            ConversationErrors.RatingGone
        );
        (await links.FindAsync("rat_forged", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Thread_should_page_both_ways_and_around_with_each_event_once()
    {
        for (var i = 0; i < 129; i++)
        {
            database.Clock.Advance(TimeSpan.FromSeconds(1));
            await database.ReceiveAsync(tenant, channel, Customer, $"m{i}");
            if (i % 10 == 0)
            {
                database.Clock.Advance(TimeSpan.FromMilliseconds(10));
                await DoAsync(
                    agent,
                    new SetConversationPriority(
                        conversation,
                        i % 20 == 0 ? ConversationPriorities.High : ConversationPriorities.Low
                    )
                );
            }
        }
        var (seen, events) = (new List<string>(), new List<Guid>());
        long? before = null;
        ThreadPage page;
        do
        {
            page = await ThreadAsync(conversation, before);
            page.HasLater.ShouldBe(before is not null);
            seen.InsertRange(0, page.Messages.Select(m => m.Content));
            events.AddRange(page.Events.Select(e => e.Id));
            before = page.Messages[0].Seq;
        } while (page.HasEarlier);
        seen.ShouldBe(["Hello", .. Enumerable.Range(0, 129).Select(i => $"m{i}")]);
        (events.Count, events.Distinct().Count()).ShouldBe((13, 13));

        var middle = await database.AskAsync<Guid>(
            "SELECT id FROM messages WHERE content = 'm60'",
            tenant
        );
        var around = await database.ReadAsync(
            tenant,
            unit => unit.ReadThreadAroundAsync(conversation, middle, default),
            agent
        );
        around
            .Messages.Select(m => m.Content)
            .ShouldBe(Enumerable.Range(35, 50).Select(i => $"m{i}"));
        (around.HasEarlier, around.HasLater).ShouldBe((true, true));
        var later = await database.ReadAsync(
            tenant,
            unit => unit.ReadThreadAfterAsync(conversation, around.Messages[^1].Seq, default),
            agent
        );
        later
            .Messages.Select(m => m.Content)
            .ShouldBe(Enumerable.Range(85, 44).Select(i => $"m{i}"));
        later.HasLater.ShouldBeFalse();
        around.Events.Concat(later.Events).Select(e => e.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task List_should_filter_and_page_upwards()
    {
        var tag = await DoAsync(manager, new SaveTag(null, "vip", "#FF0000"));
        for (var i = 0; i < 90; i++)
        {
            database.Clock.Advance(TimeSpan.FromSeconds(1));
            var id = (
                await database.ReceiveAsync(tenant, channel, $"54911777{i:000}")
            ).ConversationId;
            if (i == 7)
            {
                await DoAsync(agent, new TagConversation(id, [tag], []));
                await DoAsync(
                    agent,
                    new SetConversationPriority(id, ConversationPriorities.Urgent)
                );
                await DoAsync(agent, new AssignConversation(id, agent.Id));
            }
        }
        var first = await ListAsync(agent, new ConversationFilter());
        var second = await ListAsync(agent, new ConversationFilter(), first.Next);
        var third = await ListAsync(agent, new ConversationFilter(), second.Next);
        third.Next.ShouldBeNull();
        var upwards = await database.ReadAsync(
            tenant,
            unit =>
                unit.ListNewerConversationsAsync(
                    new ConversationFilter(),
                    new ConversationCursor(third.Rows[0].LastMessageAt, third.Rows[0].Id),
                    default
                ),
            agent
        );
        upwards.Rows.Select(r => r.Id).ShouldBe(second.Rows.Select(r => r.Id));
        upwards.Next.ShouldNotBeNull();

        ConversationFilter[] ones =
        [
            new() { Tags = [tag] },
            new() { Priorities = [ConversationPriorities.Urgent] },
            new() { Assignees = [agent.Id] },
            new() { View = ConversationViewNames.Mine, Channels = [channel] },
        ];
        foreach (var filter in ones)
        {
            (await ListAsync(agent, filter)).Rows.Single().Tags.ShouldBe(["vip"]);
        }
        (await ListAsync(agent, new() { Channels = [Guid.NewGuid()] })).Rows.ShouldBeEmpty();
        (await ListAsync(agent, new() { WaitingMinutes = 60 })).Rows.ShouldBeEmpty();
        database.Clock.Advance(TimeSpan.FromHours(1));
        (await ListAsync(agent, new() { WaitingMinutes = 60 })).Rows.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Search_should_find_by_words_show_where_and_keep_to_the_channels()
    {
        await database.ReceiveAsync(
            tenant,
            channel,
            Customer,
            "Buenas, ¿cómo pido la <b>devolución</b> del zapato? \u0002trick\u0003"
        );
        var found = await SearchAsync(agent, "devolucion");
        var hit = found.Rows.ShouldHaveSingleItem();
        hit.ConversationId.ShouldBe(conversation);
        hit.Snippet.Where(p => p.IsMatch).Select(p => p.Text).ShouldBe(["devolución"]);
        string.Concat(hit.Snippet.Select(p => p.Text)).ShouldContain("zapato? trick");
        (
            await database.ReadAsync(
                tenant,
                unit => unit.SearchContactsAsync("customer 54911", default),
                agent
            )
        )
            .ShouldHaveSingleItem()
            .ConversationNumber.ShouldNotBeNull();

        await database.AddChannelMemberAsync(tenant, channel, manager);
        (await SearchAsync(agent, "devolucion")).Rows.ShouldBeEmpty();
        (await SearchAsync(manager, "devolucion")).Rows.ShouldHaveSingleItem();
        (await SearchAsync(agent, "'); DROP TABLE messages; --")).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Saved_views_should_be_ones_own_or_everybodys_by_a_manager()
    {
        var filter = new ConversationFilter { Priorities = ["high"], WaitingMinutes = 5 };
        var mine = await DoAsync(agent, new SaveView(null, "Míos", filter, IsShared: false));
        (
            await RunAsync(agent, new SaveView(null, "Todos", filter, IsShared: true))
        ).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        var shared = await DoAsync(manager, new SaveView(null, "Todos", filter, IsShared: true));
        (
            await RunAsync(agent, new SaveView(null, "Míos", filter, IsShared: false))
        ).Error!.Code.ShouldBe("view.exists");
        (await ViewsAsync(agent)).Select(v => v.Name).ShouldBe(["Todos", "Míos"]);
        (await ViewsAsync(agent))[1]
            .Filter.ShouldSatisfyAllConditions(
                f => f.Priorities.ShouldBe(["high"]),
                f => f.WaitingMinutes.ShouldBe(5)
            );
        (await ViewsAsync(manager)).Select(v => v.Name).ShouldBe(["Todos"]);
        (await RunAsync(manager, new DeleteView(mine))).Error!.Kind.ShouldBe(ErrorKind.NotFound);
        (await RunAsync(agent, new DeleteView(shared))).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        await DoAsync(agent, new SaveView(mine, "Ñandú", filter, IsShared: false));
        await DoAsync(agent, new DeleteView(mine));
        await DoAsync(manager, new DeleteView(shared));
        (await ViewsAsync(agent)).ShouldBeEmpty();
    }

    private SendMessage Note(string text, params Guid[] mentions) =>
        new(conversation, text, Guid.NewGuid().ToString(), IsPrivate: true, Mentions: mentions);

    private SetConversationFields Fields(params (string Key, string? Value)[] values) =>
        new(conversation, values.ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal));

    private Task<Result<T>> RunAsync<T>(Actor actor, ITenantOperation<T> operation) =>
        database.RunAsync(tenant, actor, operation);

    private Task<T> DoAsync<T>(Actor actor, ITenantOperation<T> operation) =>
        database.DoAsync(tenant, actor, operation);

    private Task<Conversation> ReadAsync() =>
        database.ReadAsync(
            tenant,
            unit => unit.Db.Conversations.AsNoTracking().SingleAsync(c => c.Id == conversation)
        );

    private Task<List<ConversationEvent>> EventsAsync() =>
        database.ReadAsync(
            tenant,
            unit =>
                unit.Db.ConversationEvents.AsNoTracking()
                    .Where(e => e.ConversationId == conversation)
                    .OrderBy(e => e.OccurredAt)
                    .ToListAsync()
        );

    private Task<OutboxItem> OutboxAsync(string kind) =>
        database.ReadAsync(
            tenant,
            unit => unit.Db.Outbox.AsNoTracking().SingleAsync(o => o.Kind == kind)
        );

    private Task<IReadOnlyList<TagRow>> TagsAsync() =>
        database.ReadAsync(tenant, unit => unit.ListTagsAsync(default), agent);

    private Task<IReadOnlyList<SavedViewRow>> ViewsAsync(Actor actor) =>
        database.ReadAsync(tenant, unit => unit.ListSavedViewsAsync(default), actor);

    private Task<ConversationCounts> CountsAsync(Actor actor) =>
        database.ReadAsync(tenant, unit => unit.CountConversationsAsync(default), actor);

    private Task<FoundMessages> SearchAsync(Actor actor, string text) =>
        database.ReadAsync(tenant, unit => unit.SearchMessagesAsync(text, null, default), actor);

    private Task<ConversationPage> ListAsync(
        Actor actor,
        ConversationFilter filter,
        ConversationCursor? after = null
    ) =>
        database.ReadAsync(
            tenant,
            unit => unit.ListConversationsAsync(filter, after, default),
            actor
        );

    private Task<ThreadPage> ThreadAsync(Guid id, long? before = null) =>
        database.ReadAsync(tenant, unit => unit.ReadThreadAsync(id, before, default), agent);
}
