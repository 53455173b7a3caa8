using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Waha;

/// <summary>What WAHA answers to a message it took, in the shape of the engine that runs.</summary>
internal static class WahaAnswer
{
    public static JsonObject Of(string engine, TranscriptMessage message, string number)
    {
        var id = message.Wamid.Split('_')[^1];
        return engine switch
        {
            "noweb" => new JsonObject
            {
                ["key"] = new JsonObject
                {
                    ["remoteJid"] = $"{number}@s.whatsapp.net",
                    ["fromMe"] = true,
                    ["id"] = id,
                },
                ["messageTimestamp"] = message
                    .At.ToUnixTimeSeconds()
                    .ToString(CultureInfo.InvariantCulture),
                ["status"] = "PENDING",
            },
            "webjs" => new JsonObject
            {
                ["id"] = new JsonObject
                {
                    ["fromMe"] = true,
                    ["remote"] = $"{number}@c.us",
                    ["id"] = id,
                    ["_serialized"] = message.Wamid,
                },
                ["ack"] = 0,
                ["body"] = message.Text,
                ["timestamp"] = message.At.ToUnixTimeSeconds(),
            },
            _ => new JsonObject
            {
                ["id"] = message.Wamid,
                ["_data"] = new JsonObject { ["ID"] = id },
            },
        };
    }
}
