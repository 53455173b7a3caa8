using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>
/// Forgets a person: their conversations, messages, files, identities, notes, consents and what the trail says of them, and
/// those of contacts that were merged into them. It cannot be undone. Files and raw webhook bodies follow by the outbox.
/// </summary>
/// <param name="Typed">The contact's name as it is shown, to be sure.</param>
public sealed record EraseContact(Guid ContactId, string Typed) : ITenantOperation<bool>
{
    // Shorter ones would be found in other people's messages.
    private const int ShortestWord = 6;

    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ContactChange.BeginAsync(unit, ContactId, ct);
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        if (!unit.Actor.SeesAllChannels)
        {
            return ContactErrors.EraseRight;
        }
        if (NameOf(begun.Value) != Typed.Trim())
        {
            return ContactErrors.EraseName;
        }
        unit.Db.ChangeTracker.Clear();
        var db = unit.Db.Database;
        var contacts = await ContactsAsync(unit, ct);
        var words = await WordsAsync(unit, contacts, ct);
        var conversations = await db.SqlQuery<Guid>(
                $"""SELECT id AS "Value" FROM conversations WHERE contact_id = ANY ({contacts}) ORDER BY id FOR UPDATE"""
            )
            .ToArrayAsync(ct);
        var messages = await db.SqlQuery<Guid>(
                $"""SELECT id AS "Value" FROM messages WHERE conversation_id = ANY ({conversations})"""
            )
            .ToArrayAsync(ct);
        var files = await FilesAsync(unit, conversations, messages, ct);
        Guid[] subjects =
        [
            .. contacts,
            .. conversations,
            .. messages,
            .. await OthersAsync(unit, contacts, conversations, messages, ct),
        ];

        await db.ExecuteSqlAsync(
            $"DELETE FROM shared.outbox WHERE tenant_id = {unit.Tenant.Id} AND (subject_id = ANY ({subjects}) OR order_key = ANY ({subjects}))",
            ct
        );
        await DeleteAsync(unit, contacts, conversations, messages, words, ct);
        await db.SqlQuery<long>($"""SELECT shared.erase_activity({subjects}) AS "Value" """)
            .ToListAsync(ct);
        await db.ExecuteSqlAsync(
            $"INSERT INTO contact_erasures (id, words, file_hashes, created_at) VALUES ({ContactId}, {words}, {files}, {unit.Now})",
            ct
        );
        await NoteAsync(unit, ct);
        unit.Ask(OutboxKinds.EraseContact, ContactId, ContactId, 0);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Contact, ContactId);
        foreach (var conversation in conversations)
        {
            unit.Raise(LiveKinds.Conversation, conversation);
        }
        return true;
    }

    /// <summary>What has to be typed.</summary>
    public static string NameOf(Contact contact) =>
        (contact.Name ?? contact.Phone ?? contact.Email)?.Trim() is { Length: > 0 } name
            ? name
            : "?";

    /// <summary>This one and all who are this one under another name.</summary>
    private Task<Guid[]> ContactsAsync(TenantUnit unit, CancellationToken ct) =>
        unit
            .Db.Database.SqlQuery<Guid>(
                $"""
                WITH RECURSIVE same AS (
                  SELECT id FROM contacts WHERE id = {ContactId}
                  UNION SELECT c.id FROM contacts c JOIN same s ON c.merged_into = s.id)
                SELECT id AS "Value" FROM same
                """
            )
            .ToArrayAsync(ct);

    /// <summary>What a raw body, or the row of a file, names the person by.</summary>
    private static async Task<string[]> WordsAsync(
        TenantUnit unit,
        Guid[] contacts,
        CancellationToken ct
    )
    {
        var words = await unit
            .Db.Database.SqlQuery<string>(
                $"""
                SELECT value AS "Value" FROM contact_identities WHERE contact_id = ANY ({contacts})
                UNION SELECT regexp_replace(phone, '[^0-9]', '', 'g') FROM contacts WHERE id = ANY ({contacts}) AND phone IS NOT NULL
                UNION SELECT phone_key FROM contacts WHERE id = ANY ({contacts}) AND phone_key IS NOT NULL
                UNION SELECT email FROM contacts WHERE id = ANY ({contacts}) AND email IS NOT NULL
                """
            )
            .ToListAsync(ct);
        return [.. words.Where(word => word.Length >= ShortestWord)];
    }

    private static Task<string[]> FilesAsync(
        TenantUnit unit,
        Guid[] conversations,
        Guid[] messages,
        CancellationToken ct
    ) =>
        unit
            .Db.Database.SqlQuery<string>(
                $"""
                SELECT DISTINCT hash AS "Value" FROM (
                  SELECT unnest(ARRAY[storage_key, thumbnail_key]) FROM message_attachments WHERE message_id = ANY ({messages})
                  UNION SELECT unnest(ARRAY[content_hash, thumbnail_hash]) FROM uploads WHERE conversation_id = ANY ({conversations})) f (hash)
                 WHERE hash IS NOT NULL
                """
            )
            .ToArrayAsync(ct);

    private static Task<Guid[]> OthersAsync(
        TenantUnit unit,
        Guid[] contacts,
        Guid[] conversations,
        Guid[] messages,
        CancellationToken ct
    ) =>
        unit
            .Db.Database.SqlQuery<Guid>(
                $"""
                SELECT id AS "Value" FROM comments WHERE resource_id = ANY ({contacts}) OR resource_id = ANY ({conversations})
                UNION SELECT id FROM scheduled_messages WHERE conversation_id = ANY ({conversations})
                UNION SELECT id FROM message_attachments WHERE message_id = ANY ({messages})
                """
            )
            .ToArrayAsync(ct);

    private static async Task DeleteAsync(
        TenantUnit unit,
        Guid[] contacts,
        Guid[] conversations,
        Guid[] messages,
        string[] words,
        CancellationToken ct
    )
    {
        var db = unit.Db.Database;
        await db.ExecuteSqlAsync(
            $"""
            DELETE FROM parked_events p USING messages m
             WHERE m.id = ANY ({messages}) AND p.channel_id = m.channel_id AND p.external_message_id = m.external_message_id
            """,
            ct
        );
        await db.ExecuteSqlAsync(
            $"DELETE FROM comments WHERE resource_id = ANY ({contacts}) OR resource_id = ANY ({conversations})",
            ct
        );
        await db.ExecuteSqlAsync(
            $"DELETE FROM message_reactions WHERE sender_id = ANY ({contacts})",
            ct
        );
        // The rows of files by which they came, before the contact goes that they name.
        await db.ExecuteSqlAsync(
            $"""
            UPDATE contact_import_rows SET cells = jsonb_build_array(), problems = jsonb_build_object(), phone_key = NULL, email_key = NULL
             WHERE contact_id = ANY ({contacts})
                OR phone_key IN (SELECT phone_key FROM contacts WHERE id = ANY ({contacts}))
                OR email_key IN (SELECT email_key FROM contacts WHERE id = ANY ({contacts}))
                OR cells ?| {words}
            """,
            ct
        );
        await db.ExecuteSqlAsync($"DELETE FROM conversations WHERE id = ANY ({conversations})", ct);
        await db.ExecuteSqlAsync($"DELETE FROM contacts WHERE id = ANY ({contacts})", ct);
    }

    /// <summary>That it was done, and nothing of whom.</summary>
    private Task NoteAsync(TenantUnit unit, CancellationToken ct)
    {
        var actor = unit.Actor.Id.ToString();
        return unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO activity_log (id, user_id, actor_kind, actor_id, action, resource_type, resource_id, created_at)
            VALUES ({Guid.CreateVersion7(
                unit.Now
            )}, {unit.Actor.UserId}, {unit.Actor.Kind}, {actor}, 'ERASE', 'contacts', {ContactId}, {unit.Now})
            """,
            ct
        );
    }
}

/// <summary>What an erasure still has to take away outside the tenant's tables.</summary>
/// <param name="Files">Contents that nothing else refers to.</param>
public sealed record ErasureLeft(IReadOnlyList<string> Words, IReadOnlyList<string> Files);

public static class ContactErasures
{
    /// <summary>Null when it is done.</summary>
    public static async Task<ErasureLeft?> FindErasureAsync(
        this TenantUnit unit,
        Guid id,
        CancellationToken ct
    )
    {
        var row = await unit
            .Db.Database.SqlQuery<Row>(
                $"SELECT words, file_hashes, created_at FROM contact_erasures WHERE id = {id}"
            )
            .SingleOrDefaultAsync(ct);
        return row is null
            ? null
            : new ErasureLeft(row.Words, await FreeAsync(unit, row.FileHashes, row.CreatedAt, ct));
    }

    /// <summary>Which of these contents nothing refers to; one that came again since is not among them.</summary>
    internal static Task<string[]> FreeAsync(
        TenantUnit unit,
        string[] hashes,
        DateTimeOffset before,
        CancellationToken ct
    ) =>
        unit
            .Db.Database.SqlQuery<string>(
                $"""
                SELECT f.content_hash AS "Value" FROM stored_files f
                 WHERE f.content_hash = ANY ({hashes}) AND f.created_at <= {before}
                   AND NOT EXISTS (SELECT FROM message_attachments a WHERE a.storage_key = f.content_hash)
                   AND NOT EXISTS (SELECT FROM message_attachments a WHERE a.thumbnail_key = f.content_hash)
                   AND NOT EXISTS (SELECT FROM uploads u WHERE u.content_hash = f.content_hash)
                   AND NOT EXISTS (SELECT FROM uploads u WHERE u.thumbnail_hash = f.content_hash)
                """
            )
            .ToArrayAsync(ct);

    internal sealed record Row(string[] Words, string[] FileHashes, DateTimeOffset CreatedAt);
}

/// <summary>The last step, when files and bodies are gone.</summary>
public sealed record FinishErasure(Guid OutboxId, Guid ContactId, IReadOnlyList<string> Files)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        string[] files = [.. Files];
        await unit.Db.Database.ExecuteSqlAsync(
            $"DELETE FROM stored_files WHERE content_hash = ANY ({files})",
            ct
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"DELETE FROM contact_erasures WHERE id = {ContactId}",
            ct
        );
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        return true;
    }
}
