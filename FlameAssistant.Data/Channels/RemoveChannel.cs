using System.Globalization;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>
/// Takes a channel away: its credentials are gone, its account and its name are free again, what waited to go out fails and
/// says why. Its conversations stay to be read.
/// </summary>
/// <param name="Name">As the admin typed it, to show that they mean this one.</param>
public sealed record RemoveChannel(Guid ChannelId, string Name) : ITenantOperation<bool>
{
    private const int KeptName = 220;

    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return Error.Forbidden(MemberPermissions.ChannelsManage);
        }
        if (await ChannelAccess.FindAsync(unit, ChannelId, ct) is not { } found)
        {
            return ChannelErrors.NotFound;
        }
        var channel = found.Channel;
        if (!string.Equals(Name.Trim(), channel.Name, StringComparison.Ordinal))
        {
            return ChannelErrors.NameWrong;
        }
        var name = channel.Name.Length <= KeptName ? channel.Name : channel.Name[..KeptName];
        // The day tells those who read its conversations; the id keeps two of one name and day apart.
        channel.Name = string.Create(
            CultureInfo.InvariantCulture,
            $"{name} ({unit.Now:yyyy-MM-dd}, {ChannelId.ToString("N")[^4..]})"
        );
        channel.Status = ChannelStatuses.Inactive;
        channel.StatusDetail = ChannelDetails.Disconnected;
        channel.ErrorMessage = null;
        channel.Credentials = "{}";
        channel.Config = "{}";
        channel.WebhookUrl = null;
        channel.RemovedAt = unit.Now;
        unit.Db.Remove(found.Route);
        await unit.Db.ChannelHealth.Where(h => h.ChannelId == ChannelId).ExecuteDeleteAsync(ct);
        await unit.Db.Notifications.Where(n => n.ChannelId == ChannelId).ExecuteDeleteAsync(ct);
        await FailWaitingAsync(unit, ct);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Channel, ChannelId);
        return true;
    }

    /// <summary>What is under way is not among them: its answer tells what became of it.</summary>
    private async Task FailWaitingAsync(TenantUnit unit, CancellationToken ct)
    {
        var waiting = await unit
            .Db.Messages.FromSql(
                $"""
                SELECT m.* FROM messages m JOIN shared.outbox o ON o.subject_id = m.id
                 WHERE o.tenant_id = {unit.Tenant.Id} AND o.kind = {OutboxKinds.DeliverMessage}
                   AND m.channel_id = {ChannelId} AND m.status = {MessageStatuses.Pending} FOR UPDATE OF m
                """
            )
            .ToListAsync(ct);
        foreach (var message in waiting)
        {
            message.Status = MessageStatuses.Failed;
            message.ErrorCode = ConversationErrors.ChannelRemoved.Code;
            message.ErrorMessage = ConversationErrors.ChannelRemoved.Message;
            unit.Raise(LiveKinds.Message, message.ConversationId, message.Seq);
        }
        Guid[] ids = [.. waiting.Select(m => m.Id)];
        await unit
            .Db.Outbox.Where(o => o.Kind == OutboxKinds.DeliverMessage && ids.Contains(o.SubjectId))
            .ExecuteDeleteAsync(ct);
    }
}
