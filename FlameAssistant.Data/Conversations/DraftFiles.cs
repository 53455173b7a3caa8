using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Files of a draft become files of a message, in the message's transaction.</summary>
internal static class DraftFiles
{
    public const int Most = 10;

    public static async Task<Result<IReadOnlyList<Upload>>> TakeAsync(
        TenantUnit unit,
        Guid conversationId,
        IReadOnlyList<Guid> uploads,
        CancellationToken ct
    )
    {
        if (uploads.Count == 0)
        {
            return Array.Empty<Upload>();
        }
        if (uploads.Count > Most)
        {
            return FileErrors.TooMany;
        }
        var me = unit.Actor.Id;
        var found = await unit
            .Db.Uploads.Where(u =>
                uploads.Contains(u.Id) && u.ConversationId == conversationId && u.UserId == me
            )
            .ToDictionaryAsync(u => u.Id, ct);
        return uploads.Distinct().Any(id => !found.ContainsKey(id))
            ? FileErrors.UploadGone
            : uploads.Distinct().Select(id => found[id]).ToArray();
    }

    /// <returns>The type of the message.</returns>
    public static async Task<string> CopyAsync(
        TenantUnit unit,
        Guid original,
        Message message,
        CancellationToken ct
    )
    {
        var files = await unit
            .Db.Attachments.AsNoTracking()
            .Where(a => a.MessageId == original)
            .ToListAsync(ct);
        foreach (var file in files)
        {
            file.Id = Guid.CreateVersion7(unit.Now);
            file.MessageId = message.Id;
            unit.Db.Attachments.Add(file);
        }
        return files is [var first, ..] ? first.Kind : message.MessageType;
    }

    public static void Attach(TenantUnit unit, Message message, Upload? file)
    {
        if (file is null)
        {
            return;
        }
        unit.Db.Uploads.Remove(file);
        unit.Db.Attachments.Add(
            new MessageAttachment
            {
                Id = file.Id,
                MessageId = message.Id,
                Kind = file.Kind,
                FileName = file.FileName,
                ContentType = file.ContentType,
                SizeBytes = file.SizeBytes,
                StorageKey = file.ContentHash,
                ThumbnailKey = file.ThumbnailHash,
                Width = file.Width,
                Height = file.Height,
                State = AttachmentStates.Stored,
            }
        );
    }
}
