using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>Puts tags on a contact and takes others off; what is so already stays so.</summary>
public sealed record TagContact(Guid ContactId, IReadOnlyList<Guid> Add, IReadOnlyList<Guid> Remove)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ContactChange.BeginAsync(unit, ContactId, ct);
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        Guid[] added = [.. Add.Distinct()];
        Guid[] removed = [.. Remove.Except(Add)];
        if (
            added.Length > 0
            && await unit.Db.Tags.CountAsync(t => added.Contains(t.Id) && t.IsActive, ct)
                < added.Length
        )
        {
            return TagErrors.NotFound;
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"DELETE FROM contact_tags WHERE contact_id = {ContactId} AND tag_id = ANY ({removed})",
            ct
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"INSERT INTO contact_tags (contact_id, tag_id) SELECT {ContactId}, t FROM unnest({added}) t ON CONFLICT DO NOTHING",
            ct
        );
        var count = await unit
            .Db.Database.SqlQuery<int>(
                $"""SELECT count(*)::int AS "Value" FROM contact_tags WHERE contact_id = {ContactId}"""
            )
            .SingleAsync(ct);
        if (count > TagConversation.Most)
        {
            return ConversationErrors.TooManyTags;
        }
        await ContactChange.TellAsync(unit, ContactId, ct);
        return true;
    }
}
