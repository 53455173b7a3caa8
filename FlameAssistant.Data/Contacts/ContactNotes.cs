using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>What colleagues should know of a person; the person never sees it.</summary>
public sealed record AddContactNote(Guid ContactId, string Text) : ITenantOperation<Guid>
{
    public const int MaxLength = 5000;

    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ContactChange.BeginAsync(unit, ContactId, ct);
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        var text = StorableText.Clean(Text).Trim();
        if (text.Length is 0 or > MaxLength)
        {
            return ContactErrors.NoteLength;
        }
        var id = Guid.CreateVersion7(unit.Now);
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO comments (id, resource_type, resource_id, content, author_id, created_at)
            VALUES ({id}, {ContactNotes.Subject}, {ContactId}, {text}, {unit.Actor.Id}, {unit.Now})
            """,
            ct
        );
        await ContactChange.TellAsync(unit, ContactId, ct);
        return id;
    }
}

/// <summary>One's own; anybody's for who sees all channels.</summary>
public sealed record DeleteContactNote(Guid ContactId, Guid NoteId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ContactChange.BeginAsync(unit, ContactId, ct);
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        var gone = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM comments WHERE id = {NoteId} AND resource_type = {ContactNotes.Subject} AND resource_id = {ContactId}
               AND ({unit.Actor.SeesAllChannels} OR author_id = {unit.Actor.Id})
            """,
            ct
        );
        if (gone == 0)
        {
            return ContactErrors.NoteNotFound;
        }
        await ContactChange.TellAsync(unit, ContactId, ct);
        return true;
    }
}

internal static class ContactNotes
{
    /// <summary>Of rows of <c>comments</c>.</summary>
    public const string Subject = "contact";
}
