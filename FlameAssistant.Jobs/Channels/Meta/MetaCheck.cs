using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>Asks Meta whose token it is, and says what is wrong at which setting.</summary>
/// <param name="accountField">The setting with the account's id.</param>
/// <param name="idField">What the API calls the id there.</param>
/// <param name="provesSecret">Whether the API takes a proof that the app's secret is known.</param>
internal sealed class MetaCheck(
    MetaClient client,
    string root,
    ChannelCandidate channel,
    string accountField,
    string idField,
    bool provesSecret
)
{
    private const string Unreachable = RegisterWebhookHandler.Unreachable;

    public async Task<ChannelCheck> RunAsync(CancellationToken ct)
    {
        var (me, problem) = await AskAsync($"/me?fields={idField},name,username", ct);
        if (me is null)
        {
            return new ChannelCheck(null, problem!);
        }
        var findings = new List<ChannelFinding>();
        if (MetaClient.Text(me[idField]) is { } id && id != channel[accountField])
        {
            findings.Add(new(accountField, $"{accountField}_other", id));
        }
        if (provesSecret)
        {
            var (_, refused) = await AskAsync($"/me?fields=id&appsecret_proof={Proof()}", ct);
            if (refused is not null && refused.Code != Unreachable)
            {
                findings.Add(new(MetaSettings.AppSecret, "app_secret", refused.Said));
            }
        }
        return new ChannelCheck(
            MetaClient.Text(me["name"]) ?? MetaClient.Text(me["username"]) ?? "",
            findings
        );
    }

    /// <summary>Has the account's webhooks sent to the app that the token is of.</summary>
    public async Task<ChannelCheck> SubscribeAsync(string fieldNames, CancellationToken ct)
    {
        try
        {
            var (status, answer) = await client.PostAsync(
                $"{root}/me/subscribed_apps?subscribed_fields={fieldNames}",
                channel[MetaSettings.AccessToken],
                ct
            );
            return (int)status is >= 200 and < 300
                ? new ChannelCheck(null)
                : Not(MetaClient.Text((answer?["error"] as JsonObject)?["message"]));
        }
        catch (Exception ex)
            when (ex is HttpRequestException or IOException or OperationCanceledException)
        {
            return Not(null);
        }

        static ChannelCheck Not(string? said) =>
            new(null, new ChannelFinding(null, "not_subscribed", said) { IsWarning = true });
    }

    private async Task<(JsonObject? Given, ChannelFinding? Problem)> AskAsync(
        string path,
        CancellationToken ct
    )
    {
        try
        {
            var (status, answer) = await client.GetAsync(
                root + path,
                channel[MetaSettings.AccessToken],
                ct
            );
            return status == HttpStatusCode.OK && answer is not null
                ? (answer, null)
                : (null, Finding(answer));
        }
        catch (Exception ex)
            when (ex
                    is HttpRequestException
                        or IOException
                        or OperationCanceledException
                        or FormatException
            )
        {
            return (null, new ChannelFinding(null, Unreachable));
        }
    }

    private static ChannelFinding Finding(JsonObject? answer)
    {
        var error = answer?["error"] as JsonObject;
        var said = MetaClient.Text(error?["message"]);
        return (Values.Number(error?["code"]), Values.Number(error?["error_subcode"])) switch
        {
            (190, 463) => new(MetaSettings.AccessToken, "token_expired", said),
            (190, _) => new(MetaSettings.AccessToken, "token_wrong", said),
            (10 or (>= 100 and < 300), _) => new(MetaSettings.AccessToken, "no_rights", said),
            _ => new(null, Unreachable, said),
        };
    }

    /// <summary>A proof made with the app's secret is accepted by that app only.</summary>
    private string Proof() =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(channel[MetaSettings.AppSecret]),
                Encoding.UTF8.GetBytes(channel[MetaSettings.AccessToken])
            )
        );
}
