using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Conversations;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>A message's file as a gateway takes it: an address to fetch it from, or its bytes.</summary>
internal sealed class OutgoingFiles(IFileStore files, MediaLinks links)
{
    /// <summary>More is not held in memory.</summary>
    private const int LargestInline = 16 * 1024 * 1024;

    public async Task<(OutgoingFile? File, DeliveryOutcome? Failure)> ReadAsync(
        Guid tenantId,
        DeliveryFile file,
        bool byLink,
        CancellationToken ct
    )
    {
        try
        {
            await using var content = await files.OpenAsync(tenantId, file.ContentHash, ct);
            if (content is null)
            {
                return (
                    null,
                    new DeliveryOutcome.Rejected(
                        "file_missing",
                        "The file is not in the store any more. Add it again."
                    )
                );
            }
            var type = TypeOf(file);
            if (byLink || content.Length > LargestInline)
            {
                return (
                    new OutgoingFile(
                        file.Kind,
                        file.FileName,
                        type,
                        links.Make(tenantId, file),
                        null
                    ),
                    null
                );
            }
            using var bytes = new MemoryStream((int)content.Length);
            await content.CopyToAsync(bytes, ct);
            var base64 = Convert.ToBase64String(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            return (new OutgoingFile(file.Kind, file.FileName, type, null, base64), null);
        }
        catch (IOException)
        {
            // Nothing has left yet: it may go when the store is back.
            return (
                null,
                new DeliveryOutcome.Postponed(
                    TimeSpan.FromSeconds(5),
                    "file_store",
                    "The file store does not answer."
                )
            );
        }
    }

    /// <summary>A voice is known as one by its codec.</summary>
    private static string TypeOf(DeliveryFile file) =>
        file.ContentType == "audio/ogg" ? "audio/ogg; codecs=opus" : file.ContentType;
}
