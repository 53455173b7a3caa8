using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>How a session of WAHA is made: what it tells us, signed, and what it leaves out.</summary>
internal static class WahaSession
{
    public static JsonObject Create(GatewayAddress at, string webhookUrl) =>
        new()
        {
            ["name"] = at.Session,
            ["start"] = true,
            ["config"] = Config(at, webhookUrl),
        };

    public static JsonObject Change(GatewayAddress at, string webhookUrl) =>
        new() { ["config"] = Config(at, webhookUrl) };

    /// <summary>Whether the session is as we would make it: changing it makes the gateway start it again.</summary>
    public static bool IsSetUp(JsonNode? session, GatewayAddress at, string webhookUrl)
    {
        var config = (session as JsonObject)?["config"] as JsonObject;
        var hook = (config?["webhooks"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault();
        return Values.Text(hook?["url"]) == webhookUrl
            && Values.Text((hook!["hmac"] as JsonObject)?["key"]) == at.WebhookSecret
            && Values.Flag((config!["ignore"] as JsonObject)?["groups"]) == !at.WithGroups;
    }

    private static JsonObject Config(GatewayAddress at, string webhookUrl) =>
        new()
        {
            ["metadata"] = new JsonObject
            {
                ["tenant.id"] = at.TenantId.ToString(),
                ["channel.id"] = at.ChannelId.ToString(),
            },
            ["ignore"] = new JsonObject
            {
                ["status"] = true,
                ["groups"] = !at.WithGroups,
                ["channels"] = true,
                ["broadcast"] = true,
            },
            ["noweb"] = new JsonObject
            {
                ["store"] = new JsonObject { ["enabled"] = true, ["fullSync"] = false },
            },
            ["webhooks"] = new JsonArray(
                new JsonObject
                {
                    ["url"] = webhookUrl,
                    ["events"] = new JsonArray(
                        "session.status",
                        "message.any",
                        "message.ack",
                        "message.reaction",
                        "message.edited",
                        "message.revoked"
                    ),
                    ["hmac"] = new JsonObject { ["key"] = at.WebhookSecret },
                    ["retries"] = new JsonObject
                    {
                        ["policy"] = "exponential",
                        ["delaySeconds"] = 2,
                        ["attempts"] = 15,
                    },
                    ["customHeaders"] = new JsonArray(
                        new JsonObject
                        {
                            ["name"] = "X-Flame-Channel",
                            ["value"] = at.ChannelId.ToString(),
                        }
                    ),
                }
            ),
        };
}
