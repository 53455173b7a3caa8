using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>
/// Files whose bytes come along with their message go into the store before the message is taken in. They are named by their
/// content, so a repeated one is there once.
/// </summary>
public sealed class InlineMedia(TenantUnits units, FileUploads files)
{
    /// <returns>The message with what could be kept; what could not is fetched later, or refused as it would be then.</returns>
    public async Task<InboundMessage> KeepAsync(
        TenantRef tenant,
        InboundMessage message,
        CancellationToken ct
    )
    {
        if (message.Media.All(m => m.Inline is null))
        {
            return message;
        }
        var limits = await units.ReadAsync(
            tenant,
            Actor.System,
            (unit, token) => unit.InboundFileLimitsAsync(token),
            ct
        );
        var kept = new List<InboundMedia>();
        foreach (var media in message.Media)
        {
            if (media.Inline is not { } bytes)
            {
                kept.Add(media);
                continue;
            }
            using var content = new MemoryStream(bytes.ToArray(), writable: false);
            var file = await files.KeepAsync(
                tenant,
                limits,
                media.FileName ?? media.Kind,
                content,
                ct,
                isOurs: false
            );
            kept.Add(
                media with
                {
                    Inline = null,
                    Stored = file.IsOk ? file.Value : null,
                    // Whatever is wrong with the file stays wrong; a store comes back.
                    Refusal = file is { IsOk: false, Error.Kind: not ErrorKind.Unavailable }
                        ? file.Error.Message
                        : media.Refusal,
                }
            );
        }
        return message with { Media = kept };
    }
}
