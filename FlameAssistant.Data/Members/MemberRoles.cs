namespace FlameAssistant.Data.Members;

/// <summary>Values of <c>shared.tenant_users.role</c>.</summary>
public static class MemberRoles
{
    public const string SuperAdmin = "super_admin";
    public const string Admin = "tenant_admin";
    public const string Manager = "tenant_manager";
    public const string Agent = "tenant_user";
    public const string Viewer = "tenant_viewer";

    public static readonly IReadOnlyList<string> OfTenants = [Admin, Manager, Agent, Viewer];

    /// <summary>Agents and viewers see the channels that they are members of; managers and admins see all.</summary>
    public static bool SeesAllChannels(string role) => role is Admin or Manager or SuperAdmin;
}
