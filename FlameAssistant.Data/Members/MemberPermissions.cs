using System.Collections.Frozen;

namespace FlameAssistant.Data.Members;

/// <summary>The permission matrix: what each role may do, checked in operations and queries.</summary>
public static class MemberPermissions
{
    public const string ConversationsRead = "conversations:read";
    public const string ConversationsReply = "conversations:reply";
    public const string ConversationsAssign = "conversations:assign";
    public const string ContactsWrite = "contacts:write";
    public const string ScheduledWrite = "scheduled:write";
    public const string WorkWrite = "work:write";
    public const string TemplatesWrite = "templates:write";
    public const string TagsWrite = "tags:write";
    public const string KnowledgeWrite = "knowledge:write";
    public const string ReportsRead = "reports:read";
    public const string AssistantsManage = "assistants:manage";
    public const string ChannelsManage = "channels:manage";
    public const string WebhooksManage = "webhooks:manage";
    public const string ApiKeysManage = "api-keys:manage";
    public const string MembersManage = "members:manage";
    public const string AuditRead = "audit:read";
    public const string PlanManage = "plan:manage";
    public const string TenantExport = "tenant:export";
    public const string TenantDelete = "tenant:delete";
    public const string Ownership = "ownership";

    /// <summary>Super-admins only: tenants, plans, flags and settings of the whole installation.</summary>
    public const string PlatformManage = "platform:manage";

    private static readonly string[] viewer = [ConversationsRead];

    // What an agent may assign or report is narrowed to themselves and their team by the operations.
    private static readonly string[] agent =
    [
        .. viewer,
        ConversationsReply,
        ContactsWrite,
        ScheduledWrite,
        WorkWrite,
        ConversationsAssign,
        ReportsRead,
    ];

    private static readonly string[] manager =
    [
        .. agent,
        TemplatesWrite,
        TagsWrite,
        KnowledgeWrite,
        AuditRead,
    ];

    private static readonly string[] admin =
    [
        .. manager,
        AssistantsManage,
        ChannelsManage,
        WebhooksManage,
        ApiKeysManage,
        MembersManage,
        PlanManage,
    ];

    private static readonly FrozenSet<string> none = FrozenSet<string>.Empty;
    private static readonly FrozenSet<string> viewerSet = Frozen(viewer);
    private static readonly FrozenSet<string> agentSet = Frozen(agent);
    private static readonly FrozenSet<string> managerSet = Frozen(manager);
    private static readonly FrozenSet<string> adminSet = Frozen(admin);
    private static readonly string[] owner = [.. admin, TenantExport, TenantDelete, Ownership];
    private static readonly FrozenSet<string> ownerSet = Frozen(owner);
    private static readonly FrozenSet<string> superAdminSet = Frozen([PlatformManage]);

    /// <summary>Of a tenant, from what most have to what the owner alone has.</summary>
    public static IReadOnlyList<string> InOrder => owner;

    public static IReadOnlySet<string> Every { get; } = Frozen([.. owner, PlatformManage]);

    public static IReadOnlySet<string> Of(string role, bool isOwner) =>
        (role, isOwner) switch
        {
            (MemberRoles.Admin, true) => ownerSet,
            (MemberRoles.Admin, _) => adminSet,
            (MemberRoles.Manager, _) => managerSet,
            (MemberRoles.Agent, _) => agentSet,
            (MemberRoles.Viewer, _) => viewerSet,
            (MemberRoles.SuperAdmin, _) => superAdminSet,
            _ => none,
        };

    /// <param name="changes">As stored; an owner has everything, whatever it says.</param>
    public static IReadOnlySet<string> Of(string role, bool isOwner, string changes)
    {
        var byRole = Of(role, isOwner);
        if (isOwner || changes == PermissionChanges.None || !MemberRoles.OfTenants.Contains(role))
        {
            return byRole;
        }
        var changed = PermissionChanges.Read(changes);
        return Frozen([
            .. byRole.Where(name => changed.GetValueOrDefault(name, defaultValue: true)),
            .. changed.Where(change => change.Value).Select(change => change.Key),
        ]);
    }

    private static FrozenSet<string> Frozen(string[] permissions) =>
        permissions.ToFrozenSet(StringComparer.Ordinal);
}
