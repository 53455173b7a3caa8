using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Notifications;
using FlameAssistant.Jobs.Outbox;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Channels;

/// <summary>
/// Tells a provider where a channel's webhooks go, also for channels that no form has made. What fails for a while is tried
/// again when the row's lease ends; what fails for good is shown at the channel.
/// </summary>
public sealed class RegisterWebhookHandler(
    TenantUnits units,
    ChannelCatalog channels,
    ChannelFields fields,
    ChannelSessions sessions,
    IOptions<PublicAddressOptions> address
) : IOutboxHandler
{
    /// <summary>The code of a finding that may be none the next time.</summary>
    public const string Unreachable = "unreachable";

    private const int MaxAttempts = 10;

    public string Kind => OutboxKinds.RegisterWebhook;

    public int Parallelism => 2;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var begun = await units.RunAsync(
            tenant,
            Actor.System,
            new BeginRegistration(work.Id, work.SubjectId),
            ct
        );
        if (begun is not { IsOk: true, Value: { } channel })
        {
            return;
        }
        var (url, problem, isFinal) = await TellAsync(tenant.Id, channel, ct);
        if (isFinal || work.Attempts >= MaxAttempts)
        {
            await units.RunAsync(
                tenant,
                Actor.System,
                new FinishRegistration(work.Id, channel.Id, url, problem),
                ct
            );
            await sessions.LookAsync(tenant, Actor.System, channel.Id, ct);
        }
    }

    private async Task<(string Url, (string Code, string Reason)? Problem, bool IsFinal)> TellAsync(
        Guid tenantId,
        Channel channel,
        CancellationToken ct
    )
    {
        var url = $"{address.Value.PublicUrl.TrimEnd('/')}/webhooks/{channel.Type}/{channel.Id:D}";
        if (
            channels.Find(channel.Type) is not { } connector
            || connector is not IChannelSetup setup
        )
        {
            return (url, null, true);
        }
        var values = fields.Open(tenantId, channel);
        if (!values.IsOk)
        {
            return (url, (values.Error.Code, values.Error.Message), true);
        }
        if (connector.Definition.WebhookName?.Invoke(values.Value) is { } name)
        {
            url = $"{address.Value.PublicUrl.TrimEnd('/')}/webhooks/{name}/{channel.Id:D}";
        }
        var answer = await setup.ConnectAsync(
            new ChannelCandidate(tenantId, channel.Id, channel.AccountId ?? "", values.Value, url),
            ct
        );
        if (answer.Findings is not [var finding, ..])
        {
            return (url, null, true);
        }
        var said = connector.Definition.SayInEnglish($"Check.{finding.Code}") ?? finding.Code;
        return (
            url,
            (finding.Code, finding.Said is { Length: > 0 } own ? $"{said} ({own})" : said),
            finding.Code != Unreachable
        );
    }
}
