using System.Reflection;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Members;

/// <summary>Section 9 of the design, word for word, against the roles and against every operation that there is.</summary>
public sealed class PermissionMatrixTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    /// <summary>Viewer, Agent, Manager, Admin, Owner.</summary>
    private static readonly (string Permission, string Yes)[] matrix =
    [
        (MemberPermissions.ConversationsRead, "VAMDO"),
        (MemberPermissions.ConversationsReply, "AMDO"),
        (MemberPermissions.ContactsWrite, "AMDO"),
        (MemberPermissions.ScheduledWrite, "AMDO"),
        (MemberPermissions.WorkWrite, "AMDO"),
        // Agents: themselves and their team; the operations narrow it.
        (MemberPermissions.ConversationsAssign, "AMDO"),
        (MemberPermissions.ReportsRead, "AMDO"),
        (MemberPermissions.TemplatesWrite, "MDO"),
        (MemberPermissions.TagsWrite, "MDO"),
        (MemberPermissions.KnowledgeWrite, "MDO"),
        (MemberPermissions.AuditRead, "MDO"),
        (MemberPermissions.AssistantsManage, "DO"),
        (MemberPermissions.ChannelsManage, "DO"),
        (MemberPermissions.WebhooksManage, "DO"),
        (MemberPermissions.ApiKeysManage, "DO"),
        (MemberPermissions.MembersManage, "DO"),
        (MemberPermissions.PlanManage, "DO"),
        (MemberPermissions.TenantExport, "O"),
        (MemberPermissions.TenantDelete, "O"),
        (MemberPermissions.Ownership, "O"),
        (MemberPermissions.PlatformManage, ""),
    ];

    /// <summary>What each operation asks for; one that is new needs its row here, or its reason in the next list.</summary>
    private static readonly Dictionary<
        Type,
        (string[] Needs, Func<TestDatabase, Actor, object> New)
    > operations = new()
    {
        [typeof(SendMessage)] = (
            [MemberPermissions.ConversationsReply],
            (_, _) => new SendMessage(Guid.NewGuid(), "text", "key")
        ),
        [typeof(ResendMessage)] = (
            [MemberPermissions.ConversationsReply],
            (_, _) => new ResendMessage(Guid.NewGuid())
        ),
        [typeof(ReactToMessage)] = (
            [MemberPermissions.ConversationsReply],
            (_, _) => new ReactToMessage(Guid.NewGuid(), "👍")
        ),
        [typeof(SetConversationStatus)] = (
            [MemberPermissions.ConversationsReply],
            (_, _) => new SetConversationStatus(Guid.NewGuid(), ConversationStatuses.Open)
        ),
        [typeof(AssignConversation)] = (
            [MemberPermissions.ConversationsAssign],
            (_, me) => new AssignConversation(Guid.NewGuid(), me.Id)
        ),
        [typeof(CreateChannel)] = (
            [MemberPermissions.ChannelsManage],
            (db, _) =>
                new CreateChannel(
                    new ChannelDraft(
                        ChannelTypes.WhatsApp,
                        "",
                        "",
                        new Dictionary<string, string>(),
                        new Dictionary<string, string>(),
                        AppSecret: null,
                        VerifyToken: null
                    ),
                    db.Secrets,
                    Confirmed: true
                )
        ),
        [typeof(InviteMember)] = (
            [MemberPermissions.MembersManage],
            (_, _) => new InviteMember("not an address", MemberRoles.Viewer)
        ),
        [typeof(ResendInvitation)] = (
            [MemberPermissions.MembersManage],
            (_, _) => new ResendInvitation(Guid.NewGuid())
        ),
        [typeof(RevokeInvitation)] = (
            [MemberPermissions.MembersManage],
            (_, _) => new RevokeInvitation(Guid.NewGuid())
        ),
        [typeof(ChangeRole)] = (
            [MemberPermissions.MembersManage],
            (_, _) => new ChangeRole(Guid.NewGuid(), MemberRoles.Viewer)
        ),
        [typeof(ChangePermissions)] = (
            [MemberPermissions.MembersManage],
            (_, _) => new ChangePermissions(Guid.NewGuid(), new HashSet<string>())
        ),
        [typeof(DeactivateMember)] = (
            [MemberPermissions.MembersManage],
            (_, _) => new DeactivateMember(Guid.NewGuid())
        ),
        [typeof(ReactivateMember)] = (
            [MemberPermissions.MembersManage],
            (_, _) => new ReactivateMember(Guid.NewGuid())
        ),
        [typeof(BeginUpload)] = Row<BeginUpload>(MemberPermissions.ConversationsReply),
        [typeof(HandOver)] = Row<HandOver>(MemberPermissions.ConversationsReply),
        [typeof(CheckRateable)] = Row<CheckRateable>(MemberPermissions.ConversationsReply),
        [typeof(MergeConversations)] = Row<MergeConversations>(
            MemberPermissions.ConversationsReply
        ),
        [typeof(SetConversationFields)] = Row<SetConversationFields>(
            MemberPermissions.ConversationsReply
        ),
        [typeof(SetConversationPriority)] = (
            [MemberPermissions.ConversationsReply],
            (_, _) => new SetConversationPriority(Guid.NewGuid(), ConversationPriorities.High)
        ),
        [typeof(SetConversationTitle)] = Row<SetConversationTitle>(
            MemberPermissions.ConversationsReply
        ),
        [typeof(SetParticipant)] = Row<SetParticipant>(MemberPermissions.ConversationsReply),
        [typeof(SnoozeConversation)] = Row<SnoozeConversation>(
            MemberPermissions.ConversationsReply
        ),
        [typeof(StageUpload)] = Row<StageUpload>(MemberPermissions.ConversationsReply),
        [typeof(TagConversation)] = Row<TagConversation>(MemberPermissions.ConversationsReply),
        [typeof(AssignTeam)] = Row<AssignTeam>(MemberPermissions.ConversationsAssign),
        [typeof(TakeConversation)] = Row<TakeConversation>(MemberPermissions.ConversationsAssign),
        [typeof(SaveTag)] = Row<SaveTag>(MemberPermissions.TagsWrite),
        [typeof(DeleteTag)] = Row<DeleteTag>(MemberPermissions.TagsWrite),
        [typeof(MergeTags)] = Row<MergeTags>(MemberPermissions.TagsWrite),
        [typeof(SaveField)] = Row<SaveField>(MemberPermissions.TagsWrite),
        [typeof(DeleteField)] = Row<DeleteField>(MemberPermissions.TagsWrite),
        [typeof(OrderFields)] = Row<OrderFields>(MemberPermissions.TagsWrite),
        [typeof(SetContactFields)] = Row<SetContactFields>(MemberPermissions.ContactsWrite),
        [typeof(CreateContact)] = Row<CreateContact>(MemberPermissions.ContactsWrite),
        [typeof(ChangeContact)] = Row<ChangeContact>(MemberPermissions.ContactsWrite),
        [typeof(BlockContact)] = Row<BlockContact>(MemberPermissions.ContactsWrite),
        [typeof(TagContact)] = Row<TagContact>(MemberPermissions.ContactsWrite),
        [typeof(SetConsent)] = Row<SetConsent>(MemberPermissions.ContactsWrite),
        [typeof(AddContactNote)] = Row<AddContactNote>(MemberPermissions.ContactsWrite),
        [typeof(DeleteContactNote)] = Row<DeleteContactNote>(MemberPermissions.ContactsWrite),
        [typeof(MergeContacts)] = Row<MergeContacts>(MemberPermissions.ContactsWrite),
        [typeof(UndoMerge)] = Row<UndoMerge>(MemberPermissions.ContactsWrite),
        [typeof(EraseContact)] = Row<EraseContact>(MemberPermissions.ContactsWrite),
        [typeof(BeginExport)] = Row<BeginExport>(MemberPermissions.ContactsWrite),
        [typeof(BeginImport)] = Row<BeginImport>(MemberPermissions.ContactsWrite),
        [typeof(StageRows)] = Row<StageRows>(MemberPermissions.ContactsWrite),
        [typeof(EndReading)] = Row<EndReading>(MemberPermissions.ContactsWrite),
        [typeof(CheckImport)] = Row<CheckImport>(MemberPermissions.ContactsWrite),
        [typeof(StartImport)] = Row<StartImport>(MemberPermissions.ContactsWrite),
        [typeof(CancelImport)] = Row<CancelImport>(MemberPermissions.ContactsWrite),
        [typeof(SaveTemplate)] = Row<SaveTemplate>(MemberPermissions.TemplatesWrite),
        [typeof(DeleteTemplate)] = Row<DeleteTemplate>(MemberPermissions.TemplatesWrite),
        [typeof(SaveTeam)] = Row<SaveTeam>(MemberPermissions.MembersManage),
        [typeof(DeleteTeam)] = Row<DeleteTeam>(MemberPermissions.MembersManage),
        [typeof(SetChannelMembers)] = Row<SetChannelMembers>(MemberPermissions.ChannelsManage),
        [typeof(SetChannelRouting)] = Row<SetChannelRouting>(MemberPermissions.ChannelsManage),
        [typeof(UpdateChannel)] = (
            [MemberPermissions.ChannelsManage],
            (db, _) =>
                new UpdateChannel(
                    Guid.NewGuid(),
                    new ChannelDraft(
                        ChannelTypes.WhatsApp,
                        "",
                        "",
                        new Dictionary<string, string>(),
                        new Dictionary<string, string>(),
                        AppSecret: null,
                        VerifyToken: null
                    ),
                    db.Secrets
                )
        ),
        [typeof(RenameChannel)] = Row<RenameChannel>(MemberPermissions.ChannelsManage),
        [typeof(PauseChannel)] = Row<PauseChannel>(MemberPermissions.ChannelsManage),
        [typeof(ResumeChannel)] = Row<ResumeChannel>(MemberPermissions.ChannelsManage),
        [typeof(RemoveChannel)] = Row<RemoveChannel>(MemberPermissions.ChannelsManage),
        [typeof(AskForReplay)] = (
            [MemberPermissions.ChannelsManage],
            (_, _) => new AskForReplay([Guid.NewGuid()])
        ),
        [typeof(DismissQuarantined)] = (
            [MemberPermissions.ChannelsManage],
            (_, _) => new DismissQuarantined([Guid.NewGuid()])
        ),
        [typeof(HandOverOwnership)] = (
            [MemberPermissions.Ownership, MemberPermissions.MembersManage],
            (_, _) => new HandOverOwnership(Guid.NewGuid())
        ),
    };

    /// <summary>Run by the product itself, or on rows that are the member's own.</summary>
    private static readonly Dictionary<string, string> withoutPermission = new(
        StringComparer.Ordinal
    )
    {
        [nameof(NoteChannelTraffic)] = "by the inbound worker",
        [nameof(NoteChannelCheck)] = "what the provider says, by who asked it",
        [nameof(OpenVisitor)] = "a visitor opens the widget; by key and token",
        [nameof(ReceiveFromVisitor)] = "what a visitor wrote, by their token",
        [nameof(BeginVisitorUpload)] = "a visitor's own file, by their token",
        [nameof(StageVisitorFile)] = "a visitor's own file, by their token",
        [nameof(ReadByVisitor)] = "how far a visitor has read, by their token",
        [nameof(RateByVisitor)] = "a visitor's own rating, by their token",
        [nameof(ForgetVisitors)] = "by the maintenance job",
        [nameof(ApplyMessageEvent)] = "what providers report, by the inbound worker",
        [nameof(ApplyMark)] = "what providers report, by the inbound worker",
        [nameof(BeginRegistration)] = "by the outbox worker",
        [nameof(FinishRegistration)] = "by the outbox worker",
        [nameof(BeginTemplateSync)] =
            "by the outbox worker, and for who may read a channel's templates",
        [nameof(StoreChannelTemplates)] =
            "by the outbox worker, and for who may read a channel's templates",
        [nameof(PostponeTemplates)] = "by the outbox worker",
        [nameof(BeginReaction)] = "by the outbox worker",
        [nameof(FinishReaction)] = "by the outbox worker",
        [nameof(EndRestriction)] = "by the outbox worker",
        [nameof(AskForPaused)] = "by the outbox worker",
        [nameof(FinishTakeIn)] = "by the outbox worker",
        [nameof(MoveIdentity)] = "what providers report, by the inbound worker",
        [nameof(ApplyAccountNews)] = "what providers report, by the inbound worker",
        [nameof(NoteSession)] = "what a gateway says, by the inbound worker and who asked it",
        [nameof(BeginAcknowledge)] = "by the outbox worker",
        [nameof(BeginNaming)] = "by the outbox worker",
        [nameof(FinishNaming)] = "by the outbox worker",
        [nameof(AssignWaiting)] = "by the outbox worker",
        [nameof(BeginFetch)] = "by the outbox worker",
        [nameof(FinishFetch)] = "by the outbox worker",
        [nameof(CheckAvailability)] = "by the outbox worker",
        [nameof(CheckResponse)] = "by the outbox worker",
        [nameof(WakeConversation)] = "by the outbox worker",
        [nameof(RaiseNotifications)] = "by the outbox worker",
        [nameof(TakeDueMail)] = "by the outbox worker",
        [nameof(ForgetOrphans)] = "by the maintenance job",
        [nameof(ReserveFile)] = "room for a file, before it is staged or fetched",
        [nameof(ChangeConversations)] = "each item runs the operation that it names",
        [nameof(RateConversation)] = "the customer's own, by the link's key",
        [nameof(SetAvailability)] = "the member's own; another's for who sees all channels",
        [nameof(BeatAvailability)] = "the member's own presence",
        [nameof(ChooseNotifications)] = "the member's own choices",
        [nameof(ReadNotifications)] = "the member's own notifications",
        [nameof(DiscardUpload)] = "the member's own upload",
        [nameof(RunImportBatch)] = "by the outbox worker, for who started the import",
        [nameof(FinishErasure)] = "by the outbox worker",
        [nameof(SaveSegment)] =
            "the member's own segment; the operation itself says who may share one",
        [nameof(SaveView)] = "the member's own view; the operation itself says who may share one",
        [nameof(DeleteView)] =
            "the member's own view; the operation itself says who may delete a shared one",
        [nameof(ReceiveMessage)] = "what customers sent, by the inbound worker",
        [nameof(ApplyStatus)] = "what providers report, by the inbound worker",
        [nameof(BeginDelivery)] = "by the outbox worker",
        [nameof(FinishDelivery)] = "by the outbox worker",
        [nameof(EnsureProfile)] = "when a member enters, by the gate",
        ["SeedDemoInbox"] = "the demo's data, by the command",
        [nameof(MarkConversationRead)] =
            "the member's own position; the conversation must be theirs to see",
        [nameof(MuteConversation)] =
            "the member's own quiet; the conversation must be theirs to see",
        [nameof(SaveDraft)] = "the member's own draft; the conversation must be theirs to see",
    };

    [Fact]
    public void Roles_should_have_what_the_design_says()
    {
        var roles = new Dictionary<char, IReadOnlySet<string>>
        {
            ['V'] = MemberPermissions.Of(MemberRoles.Viewer, isOwner: false),
            ['A'] = MemberPermissions.Of(MemberRoles.Agent, isOwner: false),
            ['M'] = MemberPermissions.Of(MemberRoles.Manager, isOwner: false),
            ['D'] = MemberPermissions.Of(MemberRoles.Admin, isOwner: false),
            ['O'] = MemberPermissions.Of(MemberRoles.Admin, isOwner: true),
        };
        matrix.Select(row => row.Permission).Order().ShouldBe(MemberPermissions.Every.Order());
        foreach (var (permission, yes) in matrix)
        {
            string.Concat("VAMDO".Where(role => roles[role].Contains(permission)))
                .ShouldBe(yes, permission);
        }
        MemberPermissions
            .Of(MemberRoles.SuperAdmin, isOwner: false)
            .ShouldBe([MemberPermissions.PlatformManage]);
    }

    [Fact]
    public void Every_operation_should_have_its_row()
    {
        var all = typeof(SendMessage)
            .Assembly.GetTypes()
            .Where(type =>
                !type.IsAbstract
                && type.GetInterfaces()
                    .Any(i =>
                        i.IsGenericType
                        && i.GetGenericTypeDefinition() == typeof(ITenantOperation<>)
                    )
            )
            .ToList();
        all.Count.ShouldBeGreaterThan(15);
        all.Where(type =>
                !operations.ContainsKey(type) && !withoutPermission.ContainsKey(type.Name)
            )
            .Select(type => type.Name)
            .ShouldBeEmpty("add its row to this test: the permission it needs, or why none");
    }

    public static TheoryData<string> Operations() => [.. operations.Keys.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_should_need_its_permissions_and_no_others(string name)
    {
        var tenant = await database.EmptyTenantAsync();
        var member = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var (needs, create) = operations.Single(o => o.Key.Name == name).Value;
        foreach (var permission in needs)
        {
            var without = member with
            {
                Permissions = MemberPermissions.Every.Except([permission]).ToHashSet(),
            };
            (await RunAsync(tenant, without, create(database, without)))!.Kind.ShouldBe(
                ErrorKind.Forbidden,
                $"all but {permission}"
            );
        }
        // A viewer's reach comes with any role.
        var only = member with
        {
            Permissions = needs.Append(MemberPermissions.ConversationsRead).ToHashSet(),
        };
        (await RunAsync(tenant, only, create(database, only)))?.Kind.ShouldNotBe(
            ErrorKind.Forbidden,
            $"only {string.Join(", ", needs)}"
        );
    }

    /// <summary>An operation on things that are not there: whoever may, is told so.</summary>
    private static (string[] Needs, Func<TestDatabase, Actor, object> New) Row<T>(
        string permission
    ) => ([permission], (_, _) => Some(typeof(T)));

    private static object Some(Type type)
    {
        if (type == typeof(string))
        {
            return "some";
        }
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Some(inner);
        }
        if (type == typeof(Guid))
        {
            return Guid.NewGuid();
        }
        if (type == typeof(DateTimeOffset))
        {
            return DateTimeOffset.UtcNow.AddYears(1);
        }
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return Array.CreateInstance(type.GenericTypeArguments[0], 0);
        }
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            return Activator.CreateInstance(
                typeof(Dictionary<,>).MakeGenericType(type.GenericTypeArguments)
            )!;
        }
        if (type.IsValueType)
        {
            return Activator.CreateInstance(type)!;
        }
        var constructor = type.GetConstructors()[0];
        return constructor.Invoke([
            .. constructor.GetParameters().Select(p => Some(p.ParameterType)),
        ]);
    }

    private Task<Error?> RunAsync(TenantRef tenant, Actor actor, object operation)
    {
        var answer = operation
            .GetType()
            .GetInterfaces()
            .Single(i =>
                i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITenantOperation<>)
            )
            .GenericTypeArguments[0];
        return (Task<Error?>)
            typeof(PermissionMatrixTests)
                .GetMethod(nameof(ErrorOfAsync), BindingFlags.NonPublic | BindingFlags.Instance)!
                .MakeGenericMethod(answer)
                .Invoke(this, [tenant, actor, operation])!;
    }

    private async Task<Error?> ErrorOfAsync<T>(
        TenantRef tenant,
        Actor actor,
        ITenantOperation<T> operation
    ) => (await database.RunAsync(tenant, actor, operation)).Error;
}
