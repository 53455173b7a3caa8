using System.Net;
using FlameAssistant.Data.Members;

namespace FlameAssistant.Data.Tenancy;

/// <summary>Who does something in a tenant: stamped on the audit, asked for permissions.</summary>
/// <param name="Kind"><c>member</c>, <c>api_key</c>, <c>assistant</c>, <c>contact</c> or <c>system</c>.</param>
/// <param name="Id">The id within the kind; empty for the system.</param>
public sealed record Actor(
    string Kind,
    Guid Id,
    IReadOnlySet<string> Permissions,
    bool SeesAllChannels,
    IPAddress? Ip = null
)
{
    public const string MemberKind = "member";
    public const string ContactKind = "contact";
    public const string SystemKind = "system";

    /// <summary>The product itself: inbound webhooks, jobs, commands.</summary>
    public static Actor System { get; } =
        new(SystemKind, Guid.Empty, MemberPermissions.Every, SeesAllChannels: true);

    /// <summary>The person's id, when a person acts.</summary>
    public Guid? UserId => Kind == MemberKind ? Id : null;

    public static Actor Member(Guid userId, string role, bool isOwner, IPAddress? ip = null) =>
        new(
            MemberKind,
            userId,
            MemberPermissions.Of(role, isOwner),
            MemberRoles.SeesAllChannels(role),
            ip
        );

    /// <summary>With what was given to, and taken from, this member alone.</summary>
    public static Actor Member(MemberRef member, IPAddress? ip = null) =>
        new(
            MemberKind,
            member.UserId,
            MemberPermissions.Of(member.Role, member.IsOwner, member.Permissions),
            MemberRoles.SeesAllChannels(member.Role),
            ip
        );

    public bool May(string permission) => Permissions.Contains(permission);
}
