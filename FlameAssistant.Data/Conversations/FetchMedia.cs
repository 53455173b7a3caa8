using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>A customer's file that is still at the provider.</summary>
public sealed record MediaToFetch(
    Channel Channel,
    string Kind,
    string ExternalId,
    string? FileName,
    UploadLimits Limits
);

/// <summary>Says what is to be fetched; null when it was fetched, or given up, already.</summary>
public sealed record BeginFetch(Guid OutboxId, Guid AttachmentId) : ITenantOperation<MediaToFetch?>
{
    public async Task<Result<MediaToFetch?>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var pending = await (
            from a in unit.Db.Attachments.AsNoTracking()
            join m in unit.Db.Messages on a.MessageId equals m.Id
            join c in unit.Db.Channels on m.ChannelId equals c.Id
            where
                a.Id == AttachmentId && a.State == AttachmentStates.Pending && a.ExternalId != null
            select new { File = a, Channel = c }
        ).SingleOrDefaultAsync(ct);
        if (pending is null)
        {
            await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
            return (MediaToFetch?)null;
        }
        return new MediaToFetch(
            pending.Channel,
            pending.File.Kind,
            pending.File.ExternalId!,
            pending.File.FileName,
            await unit.InboundFileLimitsAsync(ct)
        );
    }
}

public static class InboundFileQueries
{
    /// <summary>The largest that any provider lets a customer send.</summary>
    private const int MaxMb = 100;

    public static Task<UploadLimits> InboundFileLimitsAsync(
        this TenantUnit unit,
        CancellationToken ct
    ) => StoredFiles.LimitsAsync(unit, MaxMb, ct);
}

/// <summary>Notes what became of it: the file, or why there is none.</summary>
public sealed record FinishFetch(Guid OutboxId, Guid AttachmentId, StoredFile? File, string? Reason)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        var attachment = await unit
            .Db.Attachments.FromSql(
                $"SELECT * FROM message_attachments WHERE id = {AttachmentId} AND state = 'pending' FOR UPDATE"
            )
            .SingleOrDefaultAsync(ct);
        if (attachment is null)
        {
            return false;
        }
        attachment.State = AttachmentStates.Failed;
        attachment.ErrorMessage = Reason;
        if (File is { } file)
        {
            attachment.Take(file);
        }
        await unit.Db.SaveChangesAsync(ct);
        var message = await unit
            .Db.Messages.Where(m => m.Id == attachment.MessageId)
            .Select(m => new { m.ConversationId, m.Seq })
            .SingleAsync(ct);
        unit.Raise(LiveKinds.Message, message.ConversationId, message.Seq);
        return true;
    }
}
