using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>Assigning, states, reading and drafts, by role and by membership of the channel.</summary>
public sealed class ChangeConversationTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private const string Customer = "5491155552000";
    private TenantRef tenant = null!;
    private Guid channel;
    private Guid conversation;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        conversation = (await database.ReceiveAsync(tenant, channel, Customer)).ConversationId;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(MemberRoles.Admin, true, true)]
    [InlineData(MemberRoles.Manager, true, true)]
    [InlineData(MemberRoles.Agent, true, false)]
    [InlineData(MemberRoles.Viewer, false, false)]
    public async Task AssignConversation_should_hold_to_the_role(
        string role,
        bool mayTake,
        bool mayGive
    )
    {
        var me = await database.NewMemberAsync(tenant, role);
        var other = await database.NewMemberAsync(tenant);

        (await RunAsync(me, new AssignConversation(conversation, me.Id))).IsOk.ShouldBe(mayTake);
        (await AssigneeAsync()).ShouldBe(mayTake ? me.Id : null);
        (await RunAsync(me, new AssignConversation(conversation, null))).IsOk.ShouldBe(mayTake);
        (await AssigneeAsync()).ShouldBeNull();
        (await RunAsync(me, new AssignConversation(conversation, other.Id))).IsOk.ShouldBe(mayGive);
        (await AssigneeAsync()).ShouldBe(mayGive ? other.Id : null);
    }

    [Fact]
    public async Task AssignConversation_should_not_let_an_agent_take_it_from_a_colleague_for_nobody()
    {
        var (me, other) = (
            await database.NewMemberAsync(tenant),
            await database.NewMemberAsync(tenant)
        );
        await database.DoAsync(tenant, other, new AssignConversation(conversation, other.Id));
        (await RunAsync(me, new AssignConversation(conversation, null))).Error!.Kind.ShouldBe(
            ErrorKind.Forbidden
        );
    }

    [Fact]
    public async Task AssignConversation_should_refuse_people_who_are_no_active_members()
    {
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var left = await database.NewMemberAsync(tenant);
        var stranger = await database.NewMemberAsync(await database.NewTenantAsync());
        await database.ExecuteAsync(
            $"UPDATE profiles SET is_active = false WHERE user_id = '{left.Id}'",
            tenant
        );
        foreach (var person in (Guid[])[left.Id, stranger.Id, Guid.NewGuid()])
        {
            (await RunAsync(admin, new AssignConversation(conversation, person))).Error.ShouldBe(
                ConversationErrors.AssigneeUnknown
            );
        }
    }

    [Theory]
    [InlineData(MemberRoles.Admin, true)]
    [InlineData(MemberRoles.Manager, true)]
    [InlineData(MemberRoles.Agent, true)]
    [InlineData(MemberRoles.Viewer, false)]
    public async Task SetConversationStatus_should_hold_to_the_role(string role, bool may)
    {
        var me = await database.NewMemberAsync(tenant, role);
        var result = await RunAsync(
            me,
            new SetConversationStatus(conversation, ConversationStatuses.Resolved)
        );
        result.IsOk.ShouldBe(may);
        (await ConversationAsync()).Status.ShouldBe(may ? "resolved" : "open");
    }

    [Fact]
    public async Task SetConversationStatus_should_resolve_and_open_again()
    {
        database.Clock.Advance(TimeSpan.FromHours(1));
        await StatusAsync(ConversationStatuses.Resolved);
        var resolved = await ConversationAsync();
        (resolved.ResolvedAt, resolved.WaitingSince).ShouldBe((database.Clock.GetUtcNow(), null));
        resolved.ResolutionTime.ShouldNotBeNull();
        await StatusAsync(ConversationStatuses.Open);
        (await ConversationAsync()).ResolvedAt.ShouldBeNull();
    }

    [Fact]
    public async Task SetConversationStatus_should_refuse_unknown_states_and_a_second_open_one()
    {
        (
            await RunAsync(Actor.System, new SetConversationStatus(conversation, "closed"))
        ).Error.ShouldBe(ConversationErrors.UnknownStatus);
        await StatusAsync(ConversationStatuses.Resolved);
        database.Clock.Advance(TimeSpan.FromHours(73));
        await database.ReceiveAsync(tenant, channel, Customer);
        (
            await RunAsync(
                Actor.System,
                new SetConversationStatus(conversation, ConversationStatuses.Open)
            )
        ).Error.ShouldBe(ConversationErrors.AnotherIsOpen);
    }

    [Fact]
    public async Task MarkConversationRead_should_go_forward_only_and_not_beyond_the_last()
    {
        var me = await database.NewMemberAsync(tenant, MemberRoles.Viewer);
        for (var i = 0; i < 4; i++)
        {
            await database.ReceiveAsync(tenant, channel, Customer);
        }
        (await UnreadAsync(me)).ShouldBe(5);
        (
            await database.DoAsync(tenant, me, new MarkConversationRead(conversation, 3))
        ).ShouldBeTrue();
        (await UnreadAsync(me)).ShouldBe(2);
        (
            await database.DoAsync(tenant, me, new MarkConversationRead(conversation, 1))
        ).ShouldBeFalse();
        (await UnreadAsync(me)).ShouldBe(2);
        await database.DoAsync(tenant, me, new MarkConversationRead(conversation, 99));
        (await UnreadAsync(me)).ShouldBe(0);
        await database.ReceiveAsync(tenant, channel, Customer);
        (await UnreadAsync(me)).ShouldBe(1);
    }

    [Fact]
    public async Task SaveDraft_should_keep_each_members_own()
    {
        var (me, other) = (
            await database.NewMemberAsync(tenant),
            await database.NewMemberAsync(tenant)
        );
        await database.DoAsync(tenant, me, new SaveDraft(conversation, "Begun"));
        (await DraftAsync(me)).ShouldBe("Begun");
        (await DraftAsync(other)).ShouldBeNull();
        await database.DoAsync(tenant, me, new SaveDraft(conversation, ""));
        (await DraftAsync(me)).ShouldBeNull();
    }

    [Fact]
    public async Task SaveDraft_should_cut_a_long_one_between_characters()
    {
        var me = await database.NewMemberAsync(tenant);
        var text = "a" + string.Concat(Enumerable.Repeat("🔥", SaveDraft.MaxLength));
        await database.DoAsync(tenant, me, new SaveDraft(conversation, text));
        (await DraftAsync(me)).ShouldBe(text[..(SaveDraft.MaxLength - 1)]);
    }

    [Theory]
    [InlineData(MemberRoles.Admin, false, true)]
    [InlineData(MemberRoles.Manager, false, true)]
    [InlineData(MemberRoles.Agent, false, false)]
    [InlineData(MemberRoles.Viewer, false, false)]
    [InlineData(MemberRoles.Agent, true, true)]
    [InlineData(MemberRoles.Viewer, true, true)]
    public async Task A_channel_with_members_should_be_open_to_them_and_to_managers(
        string role,
        bool isMember,
        bool sees
    )
    {
        var me = await database.NewMemberAsync(tenant, role);
        await database.AddChannelMemberAsync(
            tenant,
            channel,
            await database.NewMemberAsync(tenant)
        );
        if (isMember)
        {
            await database.AddChannelMemberAsync(tenant, channel, me);
        }
        var number = (await ConversationAsync()).Number;

        (
            await database.ReadAsync(tenant, u => u.FindConversationAsync(number, default), me)
            is not null
        ).ShouldBe(sees);
        (await ListedAsync(me)).ShouldBe(sees ? 1 : 0);
        (
            await database.ReadAsync(
                tenant,
                u => u.ReadThreadAsync(conversation, null, default),
                me
            )
        ).Messages.Count.ShouldBe(sees ? 1 : 0);
        (
            await database.ReadAsync(tenant, u => u.CountConversationsAsync(default), me)
        ).All.ShouldBe(sees ? 1 : 0);
        (await RunAsync(me, new MarkConversationRead(conversation, 1))).IsOk.ShouldBe(sees);
        (await RunAsync(me, new SaveDraft(conversation, "Begun"))).IsOk.ShouldBe(sees);
        if (me.May(MemberPermissions.ConversationsReply))
        {
            (
                await RunAsync(
                    me,
                    new SetConversationStatus(conversation, ConversationStatuses.Pending)
                )
            ).IsOk.ShouldBe(sees);
            (await RunAsync(me, new AssignConversation(conversation, me.Id))).IsOk.ShouldBe(sees);
        }
    }

    [Fact]
    public async Task An_assigned_conversation_should_be_seen_whatever_its_channel()
    {
        var me = await database.NewMemberAsync(tenant);
        await database.AddChannelMemberAsync(
            tenant,
            channel,
            await database.NewMemberAsync(tenant)
        );
        (await ListedAsync(me)).ShouldBe(0);
        await database.DoAsync(tenant, Actor.System, new AssignConversation(conversation, me.Id));
        (await ListedAsync(me)).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_should_change_another_tenants_conversation()
    {
        var stranger = await database.NewTenantAsync();
        var admin = await database.NewMemberAsync(stranger, MemberRoles.Admin, isOwner: true);
        var number = (await ConversationAsync()).Number;
        (
            await database.RunAsync(stranger, admin, new AssignConversation(conversation, admin.Id))
        ).Error.ShouldBe(ConversationErrors.NotFound);
        (
            await database.RunAsync(
                stranger,
                admin,
                new SetConversationStatus(conversation, "resolved")
            )
        ).Error.ShouldBe(ConversationErrors.NotFound);
        (await database.RunAsync(stranger, admin, new SaveDraft(conversation, "x"))).Error.ShouldBe(
            ConversationErrors.NotFound
        );
        (
            await database.ReadAsync(stranger, u => u.FindConversationAsync(number, default), admin)
        ).ShouldBeNull();
        (
            await database.ReadAsync(
                stranger,
                u => u.ReadThreadAsync(conversation, null, default),
                admin
            )
        ).Messages.ShouldBeEmpty();
    }

    private Task<Result<T>> RunAsync<T>(Actor actor, ITenantOperation<T> operation) =>
        database.RunAsync(tenant, actor, operation);

    private async Task StatusAsync(string status) =>
        await database.DoAsync(
            tenant,
            Actor.System,
            new SetConversationStatus(conversation, status)
        );

    private Task<Conversation> ConversationAsync() =>
        database.ReadAsync(
            tenant,
            unit => unit.Db.Conversations.SingleAsync(c => c.Id == conversation)
        );

    private async Task<Guid?> AssigneeAsync() => (await ConversationAsync()).AssignedTo;

    private Task<string?> DraftAsync(Actor me) =>
        database.ReadAsync(tenant, unit => unit.ReadDraftAsync(conversation, default), me);

    private async Task<int> ListedAsync(Actor me) =>
        (
            await database.ReadAsync(
                tenant,
                unit => unit.ListConversationsAsync(new ConversationFilter(), null, default),
                me
            )
        )
            .Rows
            .Count;

    private async Task<long> UnreadAsync(Actor me) =>
        (
            await database.ReadAsync(
                tenant,
                unit => unit.ListConversationsAsync(new ConversationFilter(), null, default),
                me
            )
        )
            .Rows.Single()
            .Unread;
}
