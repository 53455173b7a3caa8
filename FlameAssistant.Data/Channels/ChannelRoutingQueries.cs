using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>Who answers a channel, when, and by when.</summary>
/// <param name="Members">Whose channel it is; empty is everybody's.</param>
public sealed record ChannelRouting(
    Guid Id,
    string Type,
    string Name,
    string Status,
    string AssignmentMode,
    Guid? TeamId,
    bool HandBack,
    WorkingHours Hours,
    int? FirstResponseMinutes,
    int? MaxAttachmentMb,
    IReadOnlyList<Guid> Members
);

public static class ChannelRoutingQueries
{
    /// <summary>Every channel by name; null for who may not manage channels.</summary>
    public static async Task<IReadOnlyList<ChannelRouting>?> ListChannelRoutingAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return null;
        }
        var channels = await unit
            .Db.Channels.AsNoTracking()
            .Where(c => c.RemovedAt == null)
            .ToListAsync(ct);
        var members = (await unit.Db.ChannelMembers.AsNoTracking().ToListAsync(ct)).ToLookup(
            m => m.ChannelId,
            m => m.UserId
        );
        return
        [
            .. channels
                .OrderBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase)
                .Select(c => new ChannelRouting(
                    c.Id,
                    c.Type,
                    c.Name,
                    c.Status,
                    c.AssignmentMode,
                    c.AssignmentTeamId,
                    c.HandBack,
                    WorkingHours.Read(c.WorkingHours),
                    c.FirstResponseMinutes,
                    c.MaxAttachmentMb,
                    [.. members[c.Id]]
                )),
        ];
    }
}
