using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>Sets how a channel's conversations find an agent, and by when a customer should have an answer.</summary>
/// <param name="Members">Whose channel it is; nobody named is everybody's. Null leaves it as it is.</param>
public sealed record SetChannelRouting(
    Guid ChannelId,
    string AssignmentMode,
    Guid? AssignmentTeamId,
    bool HandBack,
    WorkingHours Hours,
    int? FirstResponseMinutes,
    int? MaxAttachmentMb,
    IReadOnlyList<Guid>? Members = null
) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return Error.Forbidden(MemberPermissions.ChannelsManage);
        }
        var channel = await unit.Db.Channels.SingleOrDefaultAsync(
            c => c.Id == ChannelId && c.RemovedAt == null,
            ct
        );
        if (channel is null)
        {
            return ChannelErrors.NotFound;
        }
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!AssignmentModes.All.Contains(AssignmentMode))
        {
            problems["assignmentMode"] = "The mode is one of none, round_robin or least_loaded.";
        }
        if (
            AssignmentTeamId is not null
            && !await unit.Db.Teams.AnyAsync(t => t.Id == AssignmentTeamId, ct)
        )
        {
            problems["team"] = ConversationErrors.TeamUnknown.Message;
        }
        foreach (var field in Hours.Problems().ToLookup(p => p.Field, p => p.Text))
        {
            problems[field.Key] = string.Join(' ', field);
        }
        if (FirstResponseMinutes is < 1 or > 100_000)
        {
            problems["firstResponse"] = "The target is 1 to 100,000 minutes.";
        }
        if (MaxAttachmentMb is < 1 or > 100)
        {
            problems["maxAttachment"] = "The largest file is 1 to 100 MB.";
        }
        await MemberSeats.LockAsync(unit, ct);
        if (Members is not null && !await MemberLists.AreActiveAsync(unit, Members, ct))
        {
            problems["members"] = TeamErrors.Members.Message;
        }
        if (problems.Count > 0)
        {
            return new Error(
                ErrorKind.Invalid,
                "channel.routing",
                string.Join(' ', problems.Values),
                problems
            );
        }
        channel.AssignmentMode = AssignmentMode;
        channel.AssignmentTeamId = AssignmentTeamId;
        channel.HandBack = HandBack;
        channel.WorkingHours = Hours.Write();
        channel.FirstResponseMinutes = FirstResponseMinutes;
        channel.MaxAttachmentMb = MaxAttachmentMb;
        if (Members is not null)
        {
            await MemberLists.ReplaceAsync(unit, ChannelId, Members, ct);
        }
        if (AssignmentMode != AssignmentModes.None)
        {
            ChangeConversation.AskForAssignment(unit, ChannelId);
        }
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Channel, ChannelId);
        return true;
    }
}
