using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Notifications;

/// <summary>
/// What one member has not seen in time, for one letter; taken once. It is marked as sent in this transaction: a letter that
/// is lost afterwards is lost, which is better than one that comes twice, and the bell still has it.
/// </summary>
public sealed record TakeDueMail(Guid OutboxId, Guid UserId) : ITenantOperation<DueMail?>
{
    private const int Shown = 10;

    public async Task<Result<DueMail?>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct) == 0)
        {
            return (DueMail?)null;
        }
        var person = await (
            from p in unit.Db.Profiles
            join m in unit.Db.MemberPeople on p.UserId equals m.UserId
            join t in unit.Db.Memberships on p.UserId equals t.UserId
            where p.UserId == UserId && p.IsActive && t.IsActive
            select new { m.Email, m.Language }
        ).SingleOrDefaultAsync(ct);
        var before = unit.Now - RaiseNotifications.MailAfter;
        var due = unit.Db.Notifications.Where(n =>
            n.UserId == UserId
            && n.EmailState == EmailStates.Due
            && !n.IsRead
            && n.CreatedAt <= before
        );
        var rows = await (
            from n in due.OrderBy(n => n.CreatedAt).Take(Shown)
            join c in unit.Db.Conversations on n.ConversationId equals (Guid?)c.Id into about
            from c in about.DefaultIfEmpty()
            orderby n.CreatedAt
            select new DueNotification(n.Type, n.Title, n.Message, c == null ? null : c.Number)
        ).ToListAsync(ct);
        await due.ExecuteUpdateAsync(n => n.SetProperty(x => x.EmailState, EmailStates.Sent), ct);
        return person is null || rows.Count == 0
            ? null
            : new DueMail(person.Email, person.Language ?? unit.Tenant.Defaults.Language, rows);
    }
}

public sealed record DueMail(
    string To,
    string Language,
    IReadOnlyList<DueNotification> Notifications
);

public sealed record DueNotification(
    string Type,
    string Title,
    string? Message,
    long? ConversationNumber
);
