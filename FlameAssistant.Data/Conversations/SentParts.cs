using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// A text that is too long for its channel is several messages, each of which is delivered once. One whose earlier part did
/// not certainly go out stays back and says so: nobody gets the end of a text without its middle.
/// </summary>
internal static class SentParts
{
    private const string Key = "continues";

    public static void Continue(Message message, Message earlier)
    {
        var metadata = JsonNode.Parse(message.Metadata)!.AsObject();
        metadata[Key] = earlier.Id.ToString("N");
        message.Metadata = metadata.ToJsonString();
    }

    /// <summary>Lets it go whatever became of the part before it.</summary>
    public static void Release(Message message)
    {
        var metadata = JsonNode.Parse(message.Metadata)!.AsObject();
        if (metadata.Remove(Key))
        {
            message.Metadata = metadata.ToJsonString();
        }
    }

    public static async Task<bool> IsHeldBackAsync(
        TenantUnit unit,
        Message message,
        CancellationToken ct
    )
    {
        using var metadata = JsonDocument.Parse(message.Metadata);
        return metadata.RootElement.TryGetProperty(Key, out var earlier)
            && Guid.TryParseExact(earlier.GetString(), "N", out var id)
            && await unit.Db.Messages.AnyAsync(
                m =>
                    m.Id == id
                    && (m.Status == MessageStatuses.Failed || m.Status == MessageStatuses.Unknown),
                ct
            );
    }
}
