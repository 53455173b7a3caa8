using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// The provider's ids that a message had before it was sent again. Providers repeat their statuses, and one of an earlier
/// attempt says nothing of the present one.
/// </summary>
internal static class EarlierAttempts
{
    private const string Key = "earlier_ids";

    public static void Remember(Message message)
    {
        if (message.ExternalMessageId is not { } id)
        {
            return;
        }
        var metadata = JsonNode.Parse(message.Metadata)!.AsObject();
        if (metadata[Key] is not JsonArray ids)
        {
            metadata[Key] = ids = [];
        }
        ids.Add((JsonNode)id);
        message.Metadata = metadata.ToJsonString();
    }

    /// <summary>Whether the provider's id is of an attempt before the present one.</summary>
    public static bool Made(Message message, string externalId)
    {
        if (message.ExternalMessageId is { } present)
        {
            return present != externalId;
        }
        using var metadata = JsonDocument.Parse(message.Metadata);
        return metadata.RootElement.TryGetProperty(Key, out var ids)
            && ids.EnumerateArray().Any(id => id.ValueEquals(externalId));
    }
}
