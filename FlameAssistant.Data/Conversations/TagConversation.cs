using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Puts tags on a conversation and takes others off; what is so already stays so.</summary>
public sealed record TagConversation(
    Guid ConversationId,
    IReadOnlyList<Guid> Add,
    IReadOnlyList<Guid> Remove
) : ITenantOperation<bool>
{
    public const int Most = 50;

    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ChangeConversation.BeginAsync(
            unit,
            ConversationId,
            MemberPermissions.ConversationsReply,
            ct
        );
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        var db = unit.Db;
        var has = await db
            .ConversationTags.AsNoTracking()
            .Where(t => t.ConversationId == ConversationId)
            .Select(t => t.TagId)
            .ToListAsync(ct);
        var added = Add.Distinct().Except(has).Order().ToList();
        var removed = Remove.Distinct().Intersect(has).Except(Add).Order().ToList();
        var concerned = added.Concat(removed).ToList();
        var tags = await db
            .Tags.AsNoTracking()
            .Where(t => concerned.Contains(t.Id))
            .ToDictionaryAsync(t => t.Id, ct);
        if (added.Exists(id => tags.GetValueOrDefault(id) is not { IsActive: true }))
        {
            return TagErrors.NotFound;
        }
        if (has.Count + added.Count - removed.Count > Most)
        {
            return ConversationErrors.TooManyTags;
        }
        foreach (var id in added)
        {
            db.ConversationTags.Add(new() { ConversationId = ConversationId, TagId = id });
            unit.Note(
                ConversationId,
                ConversationEventKinds.Tagged,
                id,
                ("name", tags[id].Name),
                ("color", tags[id].Color)
            );
        }
        foreach (var id in removed)
        {
            db.ConversationTags.Remove(new() { ConversationId = ConversationId, TagId = id });
            unit.Note(
                ConversationId,
                ConversationEventKinds.Untagged,
                id,
                ("name", tags.GetValueOrDefault(id)?.Name),
                ("color", tags.GetValueOrDefault(id)?.Color)
            );
        }
        await db.SaveChangesAsync(ct);
        await TagUsage.AddAsync(unit, added, 1, ct);
        await TagUsage.AddAsync(unit, removed, -1, ct);
        if (concerned.Count > 0)
        {
            unit.Raise(LiveKinds.Conversation, ConversationId);
        }
        return true;
    }
}
