using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Notifications;

/// <summary>How somebody is told of one kind.</summary>
public sealed record NotificationChoice(string Kind, bool InApp, bool Email, bool Sound);

public static class NotificationChoices
{
    /// <summary>What holds until a person chooses: everything on the bell, letters for what asks for them by name.</summary>
    public static NotificationChoice Default(string kind) =>
        kind switch
        {
            NotificationKinds.Message => new(kind, InApp: true, Email: false, Sound: true),
            NotificationKinds.SlaWarning => new(kind, InApp: true, Email: false, Sound: false),
            _ => new(kind, InApp: true, Email: true, Sound: true),
        };

    /// <summary>The acting member's choices, one of each kind.</summary>
    public static async Task<IReadOnlyList<NotificationChoice>> ReadNotificationChoicesAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        var me = unit.Actor.UserId ?? Guid.Empty;
        var chosen = await unit
            .Db.NotificationPreferences.AsNoTracking()
            .Where(p => p.UserId == me)
            .ToDictionaryAsync(p => p.Kind, ct);
        return
        [
            .. NotificationKinds.All.Select(kind =>
                chosen.TryGetValue(kind, out var p)
                    ? new NotificationChoice(kind, p.InApp, p.Email, p.Sound)
                    : Default(kind)
            ),
        ];
    }

    internal static async Task<Dictionary<Guid, NotificationChoice>> OfAsync(
        TenantUnit unit,
        IReadOnlyList<Guid> people,
        string kind,
        CancellationToken ct
    )
    {
        var chosen = await unit
            .Db.NotificationPreferences.AsNoTracking()
            .Where(p => people.Contains(p.UserId) && p.Kind == kind)
            .ToDictionaryAsync(p => p.UserId, ct);
        return people
            .Distinct()
            .ToDictionary(
                id => id,
                id =>
                    chosen.TryGetValue(id, out var p)
                        ? new NotificationChoice(kind, p.InApp, p.Email, p.Sound)
                        : Default(kind)
            );
    }
}

/// <summary>Sets how the acting member is told of one kind.</summary>
public sealed record ChooseNotifications(NotificationChoice Choice) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (
            unit.Actor.UserId is not { } me
            || !NotificationKinds.All.Contains(Choice.Kind, StringComparer.Ordinal)
        )
        {
            return Error.Invalid(
                "notification.kind",
                $"The kind is one of {string.Join(", ", NotificationKinds.All)}.",
                "kind"
            );
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO notification_preferences (user_id, kind, in_app, email, sound)
            VALUES ({me}, {Choice.Kind}, {Choice.InApp}, {Choice.Email}, {Choice.Sound})
            ON CONFLICT (user_id, kind) DO UPDATE SET in_app = excluded.in_app, email = excluded.email, sound = excluded.sound
            """,
            ct
        );
        return true;
    }
}
