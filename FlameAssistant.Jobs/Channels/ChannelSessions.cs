using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Notifications;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Channels;

/// <summary>
/// What people and the clock do with the sessions that gateways hold: asks the gateway, then writes down what it said. Nothing
/// is awaited from it inside a unit of work.
/// </summary>
public sealed class ChannelSessions(
    ChannelCatalog catalog,
    ChannelFields fields,
    TenantUnits units,
    IOptions<PublicAddressOptions> address
)
{
    private const int ShortestNumber = 8;
    private const int LongestNumber = 15;

    /// <returns>Null for who may not manage channels, and where no gateway holds a session.</returns>
    public Task<SessionView?> LookAsync(
        TenantRef tenant,
        Actor actor,
        Guid channelId,
        CancellationToken ct
    ) => DoAsync(tenant, actor, channelId, (gateway, c) => gateway.LookAsync(c, ct), ct);

    public Task<SessionView?> RestartAsync(
        TenantRef tenant,
        Actor actor,
        Guid channelId,
        CancellationToken ct
    ) => DoAsync(tenant, actor, channelId, (gateway, c) => gateway.RestartAsync(c, ct), ct);

    public Task<SessionView?> LogOutAsync(
        TenantRef tenant,
        Actor actor,
        Guid channelId,
        CancellationToken ct
    ) => DoAsync(tenant, actor, channelId, (gateway, c) => gateway.LogOutAsync(c, ct), ct);

    /// <param name="phone">In any form, with its country's code.</param>
    public async Task<SessionView?> PairAsync(
        TenantRef tenant,
        Actor actor,
        Guid channelId,
        string phone,
        CancellationToken ct
    )
    {
        var digits = new string([.. phone.Where(char.IsAsciiDigit)]);
        return digits.Length is >= ShortestNumber and <= LongestNumber
            ? await DoAsync(
                tenant,
                actor,
                channelId,
                (gateway, c) => gateway.PairAsync(c, digits, ct),
                ct
            )
            : new SessionView(null, "phone");
    }

    private async Task<SessionView?> DoAsync(
        TenantRef tenant,
        Actor actor,
        Guid channelId,
        Func<IKeepsSession, ChannelCandidate, Task<SessionView>> ask,
        CancellationToken ct
    )
    {
        var found = await units.ReadAsync(
            tenant,
            actor,
            (unit, token) => unit.FindSessionAsync(channelId, token),
            ct
        );
        if (found is null || catalog.Find(found.Channel.Type) is not { } connector)
        {
            return null;
        }
        if (connector is not IKeepsSession gateway)
        {
            return null;
        }
        var channel = found.Channel;
        var values = fields.Open(tenant.Id, channel);
        if (!values.IsOk)
        {
            return new SessionView(null, "key_lost");
        }
        var name = connector.Definition.WebhookName?.Invoke(values.Value) ?? channel.Type;
        var view = await ask(
            gateway,
            new ChannelCandidate(
                tenant.Id,
                channel.Id,
                channel.AccountId ?? "",
                values.Value,
                $"{address.Value.PublicUrl.TrimEnd('/')}/webhooks/{name}/{channel.Id:D}"
            )
        );
        if (view.Report is not { } report)
        {
            return view;
        }
        await units.RunAsync(
            tenant,
            Actor.System,
            new NoteSession(channelId, report, IsAsked: true),
            ct
        );
        return view with { Report = await WithKnownAsync(tenant, channelId, report, ct) };
    }

    /// <summary>Some gateways tell by a webhook what they do not when asked.</summary>
    private async Task<SessionReport> WithKnownAsync(
        TenantRef tenant,
        Guid channelId,
        SessionReport report,
        CancellationToken ct
    )
    {
        var known = await units.ReadAsync(
            tenant,
            Actor.System,
            (unit, token) => unit.FindSessionAsync(channelId, token),
            ct
        );
        return known?.Session is { } session && session.State == report.State
            ? report with
            {
                Account = session.Account,
                AccountName = session.AccountName,
                RestrictedUntil = session.RestrictedUntil,
            }
            : report;
    }
}
