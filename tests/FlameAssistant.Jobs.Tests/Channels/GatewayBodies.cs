using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels;

/// <summary>
/// Bodies of gateways, each in a second of its own and with the test's session. The files were written with one id for
/// many messages, and tell of one message that it was read and that it failed: those get ids of their own.
/// </summary>
internal static class GatewayBodies
{
    private static readonly JsonSerializerOptions plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Of(string folder, string name, int number, string account)
    {
        var body = Fixtures.Json($"{folder}/{name}.json").AsObject();
        var seconds = 1_700_000_000 + number;
        if (folder == "waha")
        {
            body["session"] = account;
            body["timestamp"] = seconds * 1000L;
            var payload = body["payload"]!.AsObject();
            foreach (var dated in new[] { payload, payload["after"] as JsonObject })
            {
                if (dated?["timestamp"] is not null)
                {
                    dated["timestamp"] = seconds;
                }
            }
            if (name == "event_message_revoked")
            {
                // Of two that change one message, nothing says what a message that is gone said last.
                payload["revokedMessageId"] = "3EB0FFFF";
            }
            if (name == "event_message_ack_error")
            {
                payload["id"] = "true_5511988887777@c.us_3EB0FA11";
            }
        }
        else
        {
            body["instance"] = account;
            body["date_time"] = DateTimeOffset
                .FromUnixTimeSeconds(seconds)
                .UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
            var data = body["data"]!.AsObject();
            if (data["messageTimestamp"] is not null)
            {
                data["messageTimestamp"] = seconds;
            }
            if (
                name.StartsWith("event_messages_upsert", StringComparison.Ordinal)
                && name != "event_messages_upsert_text"
            )
            {
                data["key"]!["id"] = string.Create(
                    CultureInfo.InvariantCulture,
                    $"3EB0{number:D8}"
                );
            }
            if (name == "event_messages_update_error")
            {
                data["keyId"] = "3EB0FA11";
            }
        }
        return JsonSerializer.SerializeToUtf8Bytes(body, plain);
    }
}
