using FlameAssistant.Data.Live;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Notifications;

/// <summary>A unit of work per call; told of changes by the live hub.</summary>
internal sealed class NotificationsData(TenantSession session, LiveHub live) : INotificationsData
{
    public Task<NotificationPage> ListAsync(NotificationCursor? after, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.ListNotificationsAsync(after, token),
            new NotificationPage([], Next: null),
            ct
        );

    public Task<int> CountUnreadAsync(CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.CountUnreadNotificationsAsync(token),
            fallback: 0,
            ct
        );

    public Task<NotificationNews> NewsAsync(DateTimeOffset? since, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.ReadNewsAsync(since, token),
            NotificationNews.None,
            ct
        );

    public Task<Result<int>> ReadAsync(Guid? id, CancellationToken ct) =>
        session.RunAsync(new ReadNotifications(id), ct);

    public Task<IReadOnlyList<NotificationChoice>> ChoicesAsync(CancellationToken ct) =>
        session.ReadAsync((unit, token) => unit.ReadNotificationChoicesAsync(token), [], ct);

    public Task<Result<bool>> ChooseAsync(NotificationChoice choice, CancellationToken ct) =>
        session.RunAsync(new ChooseNotifications(choice), ct);

    public async Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct)
    {
        if (await session.EnterAsync(ct) is not { } tenant)
        {
            return null;
        }
        var me = session.Actor.Id;
        return live.Subscribe(
            tenant.Id,
            e =>
            {
                if (
                    e.Kind == LiveKinds.Resync
                    || (e.Kind == LiveKinds.Notification && e.SubjectId == me)
                )
                {
                    _ = onChange();
                }
            }
        );
    }
}

internal static class NotificationsRegistration
{
    public static void AddNotifications(this IServiceCollection services) =>
        services.AddScoped<INotificationsData, NotificationsData>();
}

/// <summary>Marks the texts of notifications.</summary>
public sealed class NotificationsText;
