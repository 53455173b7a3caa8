using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Features.Notifications;

/// <summary>What one person is told of in the tenant of the address: the bell's list, and how they want to be told.</summary>
public interface INotificationsData
{
    Task<NotificationPage> ListAsync(NotificationCursor? after, CancellationToken ct);

    /// <returns>Counted up to 100.</returns>
    Task<int> CountUnreadAsync(CancellationToken ct);

    /// <summary>What came since, and which of it is to be heard.</summary>
    /// <param name="since">Null only says where to begin.</param>
    Task<NotificationNews> NewsAsync(DateTimeOffset? since, CancellationToken ct);

    /// <param name="id">Null for all of them.</param>
    Task<Result<int>> ReadAsync(Guid? id, CancellationToken ct);

    Task<IReadOnlyList<NotificationChoice>> ChoicesAsync(CancellationToken ct);

    Task<Result<bool>> ChooseAsync(NotificationChoice choice, CancellationToken ct);

    /// <summary>Calls back whenever something of this person's may have changed, until disposed.</summary>
    Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct);
}
