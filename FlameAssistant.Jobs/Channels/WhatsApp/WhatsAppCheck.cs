using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>Asks the Graph API about a number, its account, its token and its app, and says what is wrong at which setting.</summary>
internal sealed class WhatsAppCheck(GraphClient graph, ChannelCandidate channel)
{
    private const string Sending = "whatsapp_business_messaging";
    private const string Managing = "whatsapp_business_management";

    public async Task<ChannelCheck> RunAsync(CancellationToken ct)
    {
        var number = await AskAsync(
            $"/{Part(WhatsAppSettings.PhoneNumberId)}?fields=verified_name,display_phone_number",
            ct
        );
        if (number is not GraphAnswer.Given { Value: var found })
        {
            // Without token and number nothing else can be asked.
            return new ChannelCheck(null, Finding(number, WhatsAppSettings.PhoneNumberId));
        }
        var findings = new List<ChannelFinding>();
        await CheckSecretAsync(findings, ct);
        await CheckRightsAsync(findings, ct);
        await CheckAccountAsync(findings, ct);
        return new ChannelCheck(
            string.Join(
                " · ",
                new[]
                {
                    Text(found, "display_phone_number"),
                    Text(found, "verified_name"),
                }.OfType<string>()
            ),
            findings
        );
    }

    /// <summary>Has the account's webhooks sent to the app that the token is of.</summary>
    public async Task<ChannelCheck> SubscribeAsync(CancellationToken ct)
    {
        var answer = await graph.AskAsync(
            HttpMethod.Post,
            channel[WhatsAppSettings.BaseUrl],
            $"/{Part(WhatsAppSettings.WabaId)}/subscribed_apps",
            channel[WhatsAppSettings.AccessToken],
            ct
        );
        return answer is GraphAnswer.Given
            ? new ChannelCheck(null)
            : new ChannelCheck(
                null,
                new ChannelFinding(null, "not_subscribed", Said(answer)) { IsWarning = true }
            );
    }

    /// <summary>A proof made with the app's secret is accepted by that app only.</summary>
    private async Task CheckSecretAsync(List<ChannelFinding> findings, CancellationToken ct)
    {
        var proof = Convert.ToHexStringLower(
            HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(channel[WhatsAppSettings.AppSecret]),
                Encoding.UTF8.GetBytes(channel[WhatsAppSettings.AccessToken])
            )
        );
        var answer = await AskAsync(
            $"/{Part(WhatsAppSettings.PhoneNumberId)}?fields=id&appsecret_proof={proof}",
            ct
        );
        if (answer is GraphAnswer.Refused { Code: 100 } refused)
        {
            findings.Add(new(WhatsAppSettings.AppSecret, "app_secret", refused.Said));
        }
    }

    private async Task CheckRightsAsync(List<ChannelFinding> findings, CancellationToken ct)
    {
        if (await AskAsync("/me/permissions", ct) is not GraphAnswer.Given { Value: var given })
        {
            // Some kinds of token may not ask; sending will tell.
            return;
        }
        var granted = Items(given)
            .Where(item => Text(item, "status") == "granted")
            .Select(item => Text(item, "permission"))
            .ToHashSet(StringComparer.Ordinal);
        if (granted.Count > 0 && !granted.Contains(Sending))
        {
            findings.Add(new(WhatsAppSettings.AccessToken, "no_sending", Sending));
        }
        else if (granted.Count > 0 && !granted.Contains(Managing))
        {
            findings.Add(
                new(WhatsAppSettings.AccessToken, "no_managing", Managing) { IsWarning = true }
            );
        }
    }

    private async Task CheckAccountAsync(List<ChannelFinding> findings, CancellationToken ct)
    {
        var numbers = await AskAsync(
            $"/{Part(WhatsAppSettings.WabaId)}/phone_numbers?fields=id&limit=200",
            ct
        );
        if (numbers is not GraphAnswer.Given { Value: var list })
        {
            findings.Add(Finding(numbers, WhatsAppSettings.WabaId));
            return;
        }
        if (Items(list).All(item => Text(item, "id") != channel[WhatsAppSettings.PhoneNumberId]))
        {
            findings.Add(new(WhatsAppSettings.WabaId, "other_account"));
        }
    }

    private static ChannelFinding Finding(GraphAnswer answer, string objectField) =>
        answer switch
        {
            GraphAnswer.Refused { Code: 190 } refused => new(
                WhatsAppSettings.AccessToken,
                refused.Subcode == 463 ? "token_expired" : "token_wrong",
                refused.Said
            ),
            GraphAnswer.Refused { Code: 10 or (>= 200 and < 300) } refused => new(
                WhatsAppSettings.AccessToken,
                "no_rights",
                refused.Said
            ),
            GraphAnswer.Refused { Code: 100 } refused => new(
                objectField,
                $"{objectField}_unknown",
                refused.Said
            ),
            _ => new(null, "unreachable", Said(answer)),
        };

    private Task<GraphAnswer> AskAsync(string path, CancellationToken ct) =>
        graph.AskAsync(
            HttpMethod.Get,
            channel[WhatsAppSettings.BaseUrl],
            path,
            channel[WhatsAppSettings.AccessToken],
            ct
        );

    private string Part(string field) => Uri.EscapeDataString(channel[field]);

    private static string? Said(GraphAnswer answer) =>
        answer switch
        {
            GraphAnswer.Refused refused => refused.Said,
            GraphAnswer.Unclear unclear => unclear.Said,
            _ => null,
        };

    private static IEnumerable<JsonNode> Items(JsonNode answer) =>
        (answer as JsonObject)?["data"] is JsonArray items ? items.OfType<JsonNode>() : [];

    private static string? Text(JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : null;
}
