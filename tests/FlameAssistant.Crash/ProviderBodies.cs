using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Testing;

namespace FlameAssistant.Crash;

/// <summary>The webhook bodies of the providers, several messages in one where the provider does that.</summary>
internal static class ProviderBodies
{
    public static byte[] Of(IReadOnlyList<Question> questions, DateTimeOffset at) =>
        questions[0].Account.Type switch
        {
            ChannelTypes.WhatsApp => Fixtures.WhatsAppBody(
                questions[0].Account.Id,
                "messages",
                [.. questions.Select(q => WhatsApp(q, at))]
            ),
            ChannelTypes.Telegram => JsonSerializer.SerializeToUtf8Bytes(
                Telegram(questions.Single(), at)
            ),
            _ => JsonSerializer.SerializeToUtf8Bytes(Meta(questions, at)),
        };

    /// <summary>How the provider proves that a body is its own.</summary>
    public static (string Header, string Value) Proof(Account account, byte[] body) =>
        account.Type == ChannelTypes.Telegram
            ? ("X-Telegram-Bot-Api-Secret-Token", account.Secret)
            : (Fixtures.SignatureHeader, Fixtures.Sign(body, account.Secret));

    private static JsonObject WhatsApp(Question question, DateTimeOffset at) =>
        new()
        {
            ["from"] = question.Account.CustomerOf(question.Customer),
            ["id"] = question.ExternalId,
            ["timestamp"] = $"{at.ToUnixTimeSeconds()}",
            ["type"] = "text",
            ["text"] = new JsonObject { ["body"] = question.Text },
        };

    private static JsonObject Meta(IReadOnlyList<Question> questions, DateTimeOffset at)
    {
        var account = questions[0].Account;
        var messaging = questions.Select(q =>
            (JsonNode)
                new JsonObject
                {
                    ["sender"] = new JsonObject { ["id"] = account.CustomerOf(q.Customer) },
                    ["recipient"] = new JsonObject { ["id"] = account.Id },
                    ["timestamp"] = at.ToUnixTimeMilliseconds(),
                    ["message"] = new JsonObject { ["mid"] = q.ExternalId, ["text"] = q.Text },
                }
        );
        return new JsonObject
        {
            ["object"] = account.Type == ChannelTypes.Messenger ? "page" : "instagram",
            ["entry"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = account.Id,
                    ["time"] = at.ToUnixTimeMilliseconds(),
                    ["messaging"] = new JsonArray([.. messaging]),
                }
            ),
        };
    }

    private static JsonObject Telegram(Question question, DateTimeOffset at)
    {
        var id = long.Parse(
            question.Account.CustomerOf(question.Customer),
            System.Globalization.CultureInfo.InvariantCulture
        );
        return new JsonObject
        {
            ["update_id"] = 700_000_000 + question.Number,
            ["message"] = new JsonObject
            {
                // Never one of the bot's own, which come from the simulator.
                ["message_id"] = 10_000_000 + question.Number,
                ["from"] = new JsonObject
                {
                    ["id"] = id,
                    ["is_bot"] = false,
                    ["first_name"] = "Ana",
                },
                ["chat"] = new JsonObject
                {
                    ["id"] = id,
                    ["first_name"] = "Ana",
                    ["type"] = "private",
                },
                ["date"] = at.ToUnixTimeSeconds(),
                ["text"] = question.Text,
            },
        };
    }
}
