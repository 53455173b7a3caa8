using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>A file that may be served: where it lies, and what it calls itself.</summary>
public sealed record ServedFile(
    string ContentHash,
    string? ThumbnailHash,
    string FileName,
    string ContentType,
    long SizeBytes
);

public sealed record UploadRow(
    Guid Id,
    string Kind,
    string FileName,
    string ContentType,
    long SizeBytes,
    bool HasThumbnail
);

public static class FileQueries
{
    /// <summary>A message's file, or one of the acting member's drafts, for who sees the conversation; null otherwise.</summary>
    public static async Task<ServedFile?> FindFileAsync(
        this TenantUnit unit,
        Guid fileId,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return null;
        }
        var visible = await ConversationAccess.VisibleAsync(unit, ct);
        var sent = await (
            from a in unit.Db.Attachments
            join m in unit.Db.Messages on a.MessageId equals m.Id
            join c in visible on m.ConversationId equals c.Id
            where a.Id == fileId && a.StorageKey != null && m.DeletedAt == null
            select new ServedFile(
                a.StorageKey!,
                a.ThumbnailKey,
                a.FileName ?? "file",
                a.ContentType ?? "application/octet-stream",
                a.SizeBytes ?? 0
            )
        ).SingleOrDefaultAsync(ct);
        if (sent is not null)
        {
            return sent;
        }
        var me = unit.Actor.Id;
        return await unit
            .Db.Uploads.Where(u => u.Id == fileId && u.UserId == me)
            .Select(u => new ServedFile(
                u.ContentHash,
                u.ThumbnailHash,
                u.FileName,
                u.ContentType,
                u.SizeBytes
            ))
            .SingleOrDefaultAsync(ct);
    }

    /// <summary>What waits in the acting member's draft.</summary>
    public static async Task<IReadOnlyList<UploadRow>> ListUploadsAsync(
        this TenantUnit unit,
        Guid conversationId,
        CancellationToken ct
    )
    {
        var me = unit.Actor.Id;
        return await unit
            .Db.Uploads.AsNoTracking()
            .Where(u => u.ConversationId == conversationId && u.UserId == me)
            .OrderBy(u => u.CreatedAt)
            .ThenBy(u => u.Id)
            .Select(u => new UploadRow(
                u.Id,
                u.Kind,
                u.FileName,
                u.ContentType,
                u.SizeBytes,
                u.ThumbnailHash != null
            ))
            .ToListAsync(ct);
    }
}
