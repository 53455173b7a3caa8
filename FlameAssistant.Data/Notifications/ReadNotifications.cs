using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Notifications;

/// <summary>Marks the acting member's notifications as read.</summary>
/// <param name="NotificationId">Null for all of them.</param>
public sealed record ReadNotifications(Guid? NotificationId = null) : ITenantOperation<int>
{
    public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (unit.Actor.UserId is not { } me)
        {
            return 0;
        }
        return await ReadAsync(
            unit,
            unit.Db.Notifications.Where(n =>
                n.UserId == me && !n.IsRead && (NotificationId == null || n.Id == NotificationId)
            ),
            ct
        );
    }

    internal static async Task<int> ReadAsync(
        TenantUnit unit,
        IQueryable<Notification> unread,
        CancellationToken ct
    )
    {
        var now = unit.Now;
        var read = await unread.ExecuteUpdateAsync(
            n =>
                n.SetProperty(x => x.IsRead, true)
                    .SetProperty(x => x.ReadAt, now)
                    .SetProperty(
                        x => x.EmailState,
                        x => x.EmailState == EmailStates.Due ? EmailStates.None : x.EmailState
                    ),
            ct
        );
        if (read > 0)
        {
            unit.Raise(LiveKinds.Notification, unit.Actor.Id);
        }
        return read;
    }
}
