using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>What goes wrong with a channel: written down for its page, and told to its admins when only they can help.</summary>
internal static class ChannelTrouble
{
    private const int MaxCode = 100;
    private const int MaxReason = 1000;

    public static Task NoteAsync(
        TenantUnit unit,
        Guid channelId,
        string code,
        string reason,
        CancellationToken ct
    )
    {
        var shownCode = Short(code, MaxCode);
        var shownReason = Short(reason, MaxReason);
        return unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO channel_health (channel_id, last_error_at, last_error_code, last_error)
            SELECT id, {unit.Now}, {shownCode}, {shownReason} FROM integrations WHERE id = {channelId}
            ON CONFLICT (channel_id) DO UPDATE SET
              last_error_at = excluded.last_error_at, last_error_code = excluded.last_error_code, last_error = excluded.last_error
            """,
            ct
        );
    }

    /// <summary>Nothing goes out until an admin connects it again. The admins are told once.</summary>
    public static async Task NeedsAuthAsync(
        TenantUnit unit,
        Guid channelId,
        string reason,
        CancellationToken ct
    )
    {
        await unit
            .Db.ChannelHealth.Where(h => h.ChannelId == channelId)
            .ExecuteUpdateAsync(h => h.SetProperty(x => x.NeedsAuth, valueExpression: true), ct);
        var stopped = await unit
            .Db.Channels.Where(c => c.Id == channelId && c.Status == ChannelStatuses.Active)
            .ExecuteUpdateAsync(
                c =>
                    c.SetProperty(x => x.Status, ChannelStatuses.Error)
                        .SetProperty(x => x.StatusDetail, ChannelDetails.Disconnected)
                        .SetProperty(x => x.ErrorMessage, Short(reason, MaxReason)),
                ct
            );
        if (stopped == 1)
        {
            await TellAdminsAsync(unit, channelId, reason, ct);
            unit.Raise(LiveKinds.Channel, channelId);
        }
    }

    internal static async Task TellAdminsAsync(
        TenantUnit unit,
        Guid channelId,
        string reason,
        CancellationToken ct
    )
    {
        var name = await unit
            .Db.Channels.Where(c => c.Id == channelId)
            .Select(c => c.Name)
            .SingleAsync(ct);
        var members = await unit
            .Db.Memberships.AsNoTracking()
            .Where(m => m.IsActive && m.InvitationToken == null)
            .ToListAsync(ct);
        List<Guid> admins =
        [
            .. members
                .Where(m => m.Allowed.Contains(MemberPermissions.ChannelsManage))
                .Select(m => m.UserId),
        ];
        var choices = await NotificationChoices.OfAsync(
            unit,
            admins,
            NotificationKinds.Channel,
            ct
        );
        foreach (var choice in choices.Where(c => c.Value is not { InApp: false, Email: false }))
        {
            unit.Db.Notifications.Add(
                new Notification
                {
                    Id = Guid.CreateVersion7(unit.Now),
                    UserId = choice.Key,
                    Type = NotificationKinds.Channel,
                    Title = name,
                    Message = Short(reason, MaxReason),
                    ChannelId = channelId,
                    InApp = choice.Value.InApp,
                    EmailState = choice.Value.Email ? EmailStates.Due : EmailStates.None,
                    CreatedAt = unit.Now,
                }
            );
            if (choice.Value.Email)
            {
                unit.Ask(
                    OutboxKinds.MailNotifications,
                    choice.Key,
                    choice.Key,
                    0,
                    unit.Now + RaiseNotifications.MailAfter
                );
            }
            unit.Raise(LiveKinds.Notification, choice.Key);
        }
        await unit.Db.SaveChangesAsync(ct);
    }

    private static string Short(string text, int length)
    {
        var clean = StorableText.Clean(text) ?? "";
        return clean.Length <= length ? clean : clean[..length];
    }
}
