using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Conversations;

/// <summary>What is done with many conversations at once; exactly one of these.</summary>
public abstract record BulkChange
{
    public sealed record Status(string Value) : BulkChange;

    public sealed record Snooze(DateTimeOffset Until) : BulkChange;

    public sealed record Priority(string Value) : BulkChange;

    public sealed record Assignee(Guid? UserId) : BulkChange;

    public sealed record Team(Guid? TeamId) : BulkChange;

    public sealed record Tags(IReadOnlyList<Guid> Add, IReadOnlyList<Guid> Remove) : BulkChange;

    internal ITenantOperation<bool> For(Guid id) =>
        this switch
        {
            Status s => new SetConversationStatus(id, s.Value),
            Snooze s => new SnoozeConversation(id, s.Until),
            Priority p => new SetConversationPriority(id, p.Value),
            Assignee a => new AssignConversation(id, a.UserId),
            Team t => new AssignTeam(id, t.TeamId),
            Tags t => new TagConversation(id, t.Add, t.Remove),
            _ => throw new NotSupportedException($"{GetType().Name} is no bulk change."),
        };
}

/// <summary>Changes up to 200 conversations in one transaction; each says for itself whether it could be.</summary>
public sealed record ChangeConversations(IReadOnlyList<Guid> ConversationIds, BulkChange Change)
    : ITenantOperation<IReadOnlyList<BulkItem>>
{
    public const int Most = 200;

    public async Task<Result<IReadOnlyList<BulkItem>>> RunAsync(
        TenantUnit unit,
        CancellationToken ct
    )
    {
        if (ConversationIds.Count is 0 or > Most)
        {
            return ConversationErrors.TooManyAtOnce;
        }
        var items = new List<BulkItem>(ConversationIds.Count);
        // Always in one order: two bulk changes wait for each other instead of locking crosswise.
        foreach (var id in ConversationIds.Distinct().Order())
        {
            // An operation refuses before it changes anything, so that a refused one leaves the others whole.
            items.Add(new BulkItem(id, (await Change.For(id).RunAsync(unit, ct)).Error));
            unit.Db.ChangeTracker.Clear();
        }
        return items;
    }
}

/// <param name="Error">Null when it was changed.</param>
public sealed record BulkItem(Guid ConversationId, Error? Error);
