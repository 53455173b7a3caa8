using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>How large a file may be here, and what is left of the plan's storage.</summary>
public sealed record UploadLimits(long MaxBytes, long UsedBytes, int AllowedGb)
{
    /// <summary>WhatsApp takes pictures to 5 MB and other media to 16; a channel may set its own.</summary>
    public const int DefaultMaxMb = 16;

    public long LeftBytes => (AllowedGb * 1073741824L) - UsedBytes;
}

/// <summary>Asks, before a file's bytes are taken, whether the acting member may put it into this conversation.</summary>
public sealed record BeginUpload(Guid ConversationId) : ITenantOperation<UploadLimits>
{
    public async Task<Result<UploadLimits>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsReply))
        {
            return Error.Forbidden(MemberPermissions.ConversationsReply);
        }
        var visible = await ConversationAccess.VisibleAsync(unit, ct);
        var max = await (
            from c in visible
            join channel in unit.Db.Channels on c.ChannelId equals channel.Id
            where c.Id == ConversationId
            select new { channel.MaxAttachmentMb }
        ).SingleOrDefaultAsync(ct);
        if (max is null)
        {
            return ConversationErrors.NotFound;
        }
        var limits = await StoredFiles.LimitsAsync(
            unit,
            max.MaxAttachmentMb ?? UploadLimits.DefaultMaxMb,
            ct
        );
        return limits.LeftBytes > 0
            ? limits
            : FileErrors.StorageFull(limits.UsedBytes, limits.AllowedGb);
    }
}

/// <summary>A file whose bytes are in the store.</summary>
public sealed record StoredFile(
    string Kind,
    string FileName,
    string ContentType,
    long SizeBytes,
    string ContentHash,
    string? ThumbnailHash = null,
    long ThumbnailBytes = 0,
    int? Width = null,
    int? Height = null
);

/// <summary>Notes a content before its bytes are put into the store, so that no cleaning takes it away meanwhile.</summary>
public sealed record ReserveFile(StoredFile File) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var limits = await StoredFiles.LimitsAsync(unit, UploadLimits.DefaultMaxMb, ct);
        if (limits.LeftBytes < File.SizeBytes + File.ThumbnailBytes)
        {
            return FileErrors.StorageFull(limits.UsedBytes, limits.AllowedGb);
        }
        await StoredFiles.NoteAsync(unit, File.ContentHash, File.SizeBytes, ct);
        if (File.ThumbnailHash is { } thumbnail)
        {
            await StoredFiles.NoteAsync(unit, thumbnail, File.ThumbnailBytes, ct);
        }
        return true;
    }
}

/// <summary>Puts a stored file into the acting member's draft of a conversation.</summary>
public sealed record StageUpload(Guid ConversationId, StoredFile File) : ITenantOperation<Guid>
{
    private const int MostInDraft = 30;

    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsReply))
        {
            return Error.Forbidden(MemberPermissions.ConversationsReply);
        }
        if (!await ChangeConversation.IsVisibleAsync(unit, ConversationId, ct))
        {
            return ConversationErrors.NotFound;
        }
        var me = unit.Actor.Id;
        if (
            await unit.Db.Uploads.CountAsync(
                u => u.ConversationId == ConversationId && u.UserId == me,
                ct
            ) >= MostInDraft
        )
        {
            return FileErrors.TooMany;
        }
        var upload = new Upload
        {
            Id = Guid.CreateVersion7(unit.Now),
            ConversationId = ConversationId,
            UserId = me,
            Kind = File.Kind,
            FileName = File.FileName,
            ContentType = File.ContentType,
            SizeBytes = File.SizeBytes,
            ContentHash = File.ContentHash,
            ThumbnailHash = File.ThumbnailHash,
            Width = File.Width,
            Height = File.Height,
            CreatedAt = unit.Now,
        };
        unit.Db.Uploads.Add(upload);
        await unit.Db.SaveChangesAsync(ct);
        return upload.Id;
    }
}

/// <summary>Takes a file out of the acting member's draft.</summary>
public sealed record DiscardUpload(Guid UploadId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var me = unit.Actor.Id;
        return
            await unit
                .Db.Uploads.Where(u => u.Id == UploadId && u.UserId == me)
                .ExecuteDeleteAsync(ct) > 0
            ? true
            : FileErrors.NotFound;
    }
}

/// <summary>
/// Takes drafts' files that nobody sent in a day, and the notes of contents that nothing refers to. The bytes are taken
/// away after the commit.
/// </summary>
public sealed record ForgetOrphans : ITenantOperation<IReadOnlyList<string>>
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);
    private const int AtOnce = 1000;

    /// <returns>Hashes of contents that may go.</returns>
    public async Task<Result<IReadOnlyList<string>>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var before = unit.Now - Grace;
        await unit.Db.Uploads.Where(u => u.CreatedAt < before).ExecuteDeleteAsync(ct);
        await Imports.ForgetAsync(unit, ct);
        return await unit
            .Db.Database.SqlQuery<string>(
                $"""
                DELETE FROM stored_files WHERE created_at < {before} AND content_hash IN (
                  SELECT f.content_hash FROM stored_files f WHERE f.created_at < {before}
                     AND NOT EXISTS (SELECT FROM message_attachments a WHERE a.storage_key = f.content_hash)
                     AND NOT EXISTS (SELECT FROM message_attachments a WHERE a.thumbnail_key = f.content_hash)
                     AND NOT EXISTS (SELECT FROM uploads u WHERE u.content_hash = f.content_hash)
                     AND NOT EXISTS (SELECT FROM uploads u WHERE u.thumbnail_hash = f.content_hash)
                   ORDER BY f.created_at LIMIT {AtOnce})
                RETURNING content_hash AS "Value"
                """
            )
            .ToListAsync(ct);
    }
}

internal static class StoredFiles
{
    public static async Task<UploadLimits> LimitsAsync(
        TenantUnit unit,
        int maxMb,
        CancellationToken ct
    )
    {
        var used = await unit
            .Db.Database.SqlQuery<long>(
                $"""SELECT coalesce(sum(size_bytes), 0)::bigint AS "Value" FROM stored_files"""
            )
            .SingleAsync(ct);
        var allowed = await unit
            .Db.Database.SqlQuery<int>(
                $"""SELECT max_storage_gb AS "Value" FROM shared.tenants WHERE id = {unit.Tenant.Id}"""
            )
            .SingleAsync(ct);
        return new UploadLimits(maxMb * 1048576L, used, allowed);
    }

    /// <summary>A content that comes again is young again.</summary>
    public static Task NoteAsync(TenantUnit unit, string hash, long size, CancellationToken ct) =>
        unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO stored_files (content_hash, size_bytes, created_at) VALUES ({hash}, {size}, {unit.Now})
            ON CONFLICT (content_hash) DO UPDATE SET created_at = excluded.created_at
            """,
            ct
        );
}
