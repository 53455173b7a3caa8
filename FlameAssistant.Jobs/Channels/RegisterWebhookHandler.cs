using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Notifications;
using FlameAssistant.Jobs.Outbox;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Channels;

/// <summary>
/// Tells a provider where a channel's webhooks go. What fails for a while is tried again when the row's lease ends; what
/// fails for good is shown at the channel.
/// </summary>
public sealed class RegisterWebhookHandler(
    TenantUnits units,
    ChannelCatalog channels,
    ChannelSecrets secrets,
    IOptions<PublicAddressOptions> address
) : IOutboxHandler
{
    private const int MaxAttempts = 10;

    public string Kind => OutboxKinds.RegisterWebhook;

    public int Parallelism => 2;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var begun = await units.RunAsync(
            tenant,
            Actor.System,
            new BeginRegistration(work.Id, work.SubjectId, secrets),
            ct
        );
        if (!begun.IsOk)
        {
            await FinishAsync(tenant, work, null, begun.Error.Message, ct);
            return;
        }
        if (begun.Value is not { } wanted)
        {
            return;
        }
        if (channels.Find(wanted.Channel.Type) is not IRegistersWebhook provider)
        {
            await FinishAsync(tenant, work, null, problem: null, ct);
            return;
        }
        var url = wanted.IsWanted
            ? $"{address.Value.PublicUrl.TrimEnd('/')}/webhooks/{wanted.Channel.Type}/{wanted.Channel.Id}"
            : null;
        var outcome = await TellAsync(provider, tenant, wanted, url, ct);
        if (outcome.IsFinal || work.Attempts >= MaxAttempts)
        {
            await FinishAsync(tenant, work, url, outcome.Problem, ct);
        }
    }

    private static async Task<RegistrationOutcome> TellAsync(
        IRegistersWebhook provider,
        TenantRef tenant,
        WebhookToRegister wanted,
        string? url,
        CancellationToken ct
    )
    {
        try
        {
            return await provider.RegisterAsync(
                tenant.Id,
                wanted.Channel,
                url,
                wanted.Secret,
                ct
            );
        }
        catch (Exception ex)
            when (ex is HttpRequestException or IOException or OperationCanceledException)
        {
            return new RegistrationOutcome("The provider could not be reached.", IsFinal: false);
        }
    }

    private Task FinishAsync(
        TenantRef tenant,
        ClaimedWork work,
        string? url,
        string? problem,
        CancellationToken ct
    ) =>
        units.RunAsync(
            tenant,
            Actor.System,
            new FinishRegistration(work.Id, work.SubjectId, url, problem),
            ct
        );
}
