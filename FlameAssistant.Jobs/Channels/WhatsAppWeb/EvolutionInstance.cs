using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>
/// How an instance of Evolution is made. It signs nothing by itself: the header that it is given, which nobody else knows,
/// shows that a webhook is its own.
/// </summary>
internal static class EvolutionInstance
{
    public const string SecretHeader = "X-Flame-Secret";

    public static JsonObject Create(GatewayAddress at, string webhookUrl) =>
        new()
        {
            ["instanceName"] = at.Session,
            ["token"] = at.Derived("instance"),
            ["qrcode"] = true,
            ["integration"] = "WHATSAPP-BAILEYS",
            ["groupsIgnore"] = !at.WithGroups,
            ["rejectCall"] = false,
            ["readMessages"] = false,
            ["alwaysOnline"] = false,
            ["syncFullHistory"] = false,
            ["webhook"] = Webhook(at, webhookUrl),
        };

    public static JsonObject Change(GatewayAddress at, string webhookUrl) =>
        new() { ["webhook"] = Webhook(at, webhookUrl) };

    private static JsonObject Webhook(GatewayAddress at, string webhookUrl) =>
        new()
        {
            ["enabled"] = true,
            ["url"] = webhookUrl,
            ["byEvents"] = false,
            ["base64"] = true,
            ["headers"] = new JsonObject
            {
                [SecretHeader] = at.WebhookSecret,
                ["jwt_key"] = at.Derived("jwt"),
            },
            ["events"] = new JsonArray(
                "QRCODE_UPDATED",
                "CONNECTION_UPDATE",
                "MESSAGES_UPSERT",
                "MESSAGES_UPDATE",
                "MESSAGES_DELETE",
                "MESSAGES_EDITED",
                "SEND_MESSAGE"
            ),
        };
}
