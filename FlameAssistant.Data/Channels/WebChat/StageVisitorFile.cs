using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels.WebChat;

/// <summary>Asks, before a file's bytes are taken, whether this visitor may send one.</summary>
public sealed record BeginVisitorUpload(Guid ChannelId, Guid VisitorId)
    : ITenantOperation<UploadLimits>
{
    private const int MostWaiting = 30;

    public async Task<Result<UploadLimits>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (await VisitorRow.FindAsync(unit, ChannelId, VisitorId, ct) is null)
        {
            return VisitorErrors.Gone;
        }
        if (
            await unit.Db.Uploads.CountAsync(
                u => u.UserId == VisitorId && u.ConversationId == null,
                ct
            ) >= MostWaiting
        )
        {
            return VisitorErrors.TooManyFiles;
        }
        var max = await unit
            .Db.Channels.Where(c => c.Id == ChannelId)
            .Select(c => c.MaxAttachmentMb)
            .SingleAsync(ct);
        var limits = await StoredFiles.LimitsAsync(unit, max ?? UploadLimits.DefaultMaxMb, ct);
        return limits.LeftBytes > 0
            ? limits
            : FileErrors.StorageFull(limits.UsedBytes, limits.AllowedGb);
    }
}

/// <summary>Keeps a stored file for the message that the visitor sends with it. Without one it goes after a day.</summary>
public sealed record StageVisitorFile(Guid VisitorId, StoredFile File) : ITenantOperation<Guid>
{
    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var upload = new Upload
        {
            Id = Guid.CreateVersion7(unit.Now),
            UserId = VisitorId,
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
