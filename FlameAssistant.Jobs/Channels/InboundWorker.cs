using System.Collections.Concurrent;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Conversations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Channels;

/// <summary>
/// Takes journal events as they come: parses, routes, and runs an operation per item in its tenant. Items of one customer
/// go in order, different customers in parallel. Everything may run twice: the operations' constraints make it harmless.
/// </summary>
public sealed partial class InboundWorker(
    InboundJournal journal,
    ChannelCatalog channels,
    RouteDirectory routes,
    TenantCatalog tenants,
    TenantUnits units,
    ChannelTraffic traffic,
    InlineMedia inline,
    TimeProvider clock,
    ILogger<InboundWorker> logger
) : BackgroundService
{
    private const int BatchSize = 100;
    private const int SmallBatch = 10;
    private const int Parallelism = 6;
    private const int MaxAttempts = 10;

    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var limit = journal.IsUnderPressure ? SmallBatch : BatchSize;
                var events = await journal.ClaimAsync(limit, stoppingToken);
                if (events.Count > 0)
                {
                    await TakeAsync(events, stoppingToken);
                }
                if (events.Count < limit)
                {
                    await WaitAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception ex)
            {
                LogTrouble(logger, ex);
                await Task.Delay(FirstPause, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(Sweep, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            await journal.WakeUps.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The sweep is due: it finds what a crash or another node's stop has left.
        }
    }

    private async Task TakeAsync(List<JournalEvent> events, CancellationToken ct)
    {
        var parts = events.SelectMany(Parts).ToList();
        var failures = new ConcurrentDictionary<Guid, Exception>();
        var waiting = new ConcurrentDictionary<Guid, Exception>();
        await Parallel.ForEachAsync(
            parts.GroupBy(p => (p.Event.ChannelId, p.Item.AccountId, p.Item.OrderKey)),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = journal.IsUnderPressure ? 1 : Parallelism,
                CancellationToken = ct,
            },
            async (group, token) =>
            {
                foreach (var part in group)
                {
                    try
                    {
                        await TakeAsync(part, token);
                    }
                    catch (Exception ex)
                        when (ex is not OperationCanceledException || !token.IsCancellationRequested
                        )
                    {
                        failures[part.Event.Id] = ex;
                        // What follows of this customer waits for the event that failed, so that nothing overtakes it.
                        foreach (var later in group.SkipWhile(p => p != part))
                        {
                            waiting.TryAdd(later.Event.Id, ex);
                        }
                        break;
                    }
                }
            }
        );

        var done = events.Where(e => !waiting.ContainsKey(e.Id)).ToList();
        foreach (
            var (failed, error) in events
                .Where(e => waiting.ContainsKey(e.Id))
                .Select(e => (e, waiting[e.Id]))
        )
        {
            // One that only waits for another is not given up for the other's fault.
            if (
                failed.Attempts >= MaxAttempts
                && failures.TryGetValue(failed.Id, out var own)
                && own is not TenantWaitsException
            )
            {
                await journal.QuarantineAsync(
                    failed,
                    -1,
                    failed.ChannelId is { } channel
                        ? (await routes.FindAsync(channel, ct))?.TenantId
                        : null,
                    $"Failed {failed.Attempts} times: {error.Message}",
                    failed.Body,
                    ct
                );
                done.Add(failed);
            }
            else
            {
                LogPostponed(logger, failed.Id, failed.Attempts, error);
                var pause = FirstPause * Math.Pow(2, failed.Attempts - 1);
                await journal.PostponeAsync(
                    failed,
                    pause < LongestPause ? pause : LongestPause,
                    error.Message,
                    ct
                );
            }
        }
        if (done.Count > 0)
        {
            await journal.DoneAsync(done, ct);
        }
    }

    private IEnumerable<Part> Parts(JournalEvent inbound)
    {
        var items = channels.Find(inbound.Provider) is { } connector
            ? connector.Parse(inbound.Body)
            :
            [
                new InboundItem.Unhandled(
                    null,
                    $"'{inbound.Provider}' is not handled by this version.",
                    inbound.Body
                ),
            ];
        return items.Select((item, position) => new Part(inbound, position, item));
    }

    private async Task TakeAsync(Part part, CancellationToken ct)
    {
        if (part.Item is InboundItem.Ignored)
        {
            return;
        }
        if (part is { Event.ChannelId: null, Item: InboundItem.News { GroupId: { } group } news })
        {
            await TellGroupAsync(part, group, news, ct);
            return;
        }
        var (route, refusal) = await RouteAsync(part, ct);
        if (refusal is not null || route is null || part.Item is InboundItem.Unhandled)
        {
            var (reason, body) = part.Item is InboundItem.Unhandled u
                ? (refusal ?? u.Reason, u.Body)
                : (refusal ?? "The account is unknown.", part.Event.Body);
            await journal.QuarantineAsync(
                part.Event,
                part.Position,
                route?.TenantId,
                reason,
                body,
                ct
            );
            return;
        }
        var tenant = await tenants.FindAsync(route.TenantId, ct);
        if (tenant is null || channels.Find(route.Provider) is not { Definition: var definition })
        {
            await journal.QuarantineAsync(
                part.Event,
                part.Position,
                route.TenantId,
                "The workspace is closed.",
                part.Event.Body,
                ct
            );
            return;
        }

        if (!tenant.IsUpgraded)
        {
            throw new TenantWaitsException(tenant.Slug);
        }
        var error = part.Item switch
        {
            InboundItem.Message m => (
                await units.RunAsync(
                    tenant,
                    Actor.System,
                    new ReceiveMessage(
                        route.ChannelId,
                        route.Provider,
                        await inline.KeepAsync(tenant, m.Value, ct),
                        definition.ReplyWindow,
                        definition.ReopenWithin
                    ),
                    ct
                )
            ).Error,
            InboundItem.Status s => (
                await units.RunAsync(
                    tenant,
                    Actor.System,
                    new ApplyStatus(route.ChannelId, s.Value),
                    ct
                )
            ).Error,
            InboundItem.Event e => (
                await units.RunAsync(
                    tenant,
                    Actor.System,
                    new ApplyMessageEvent(route.ChannelId, e.Value),
                    ct
                )
            ).Error,
            InboundItem.News n => (
                await units.RunAsync(
                    tenant,
                    Actor.System,
                    new ApplyAccountNews(route.ChannelId, n.Value, n.At),
                    ct
                )
            ).Error,
            InboundItem.Moved m => (
                await units.RunAsync(
                    tenant,
                    Actor.System,
                    new MoveIdentity(route.ChannelId, m.Value),
                    ct
                )
            ).Error,
            InboundItem.Mark k => (
                await units.RunAsync(
                    tenant,
                    Actor.System,
                    new ApplyMark(route.ChannelId, k.Value),
                    ct
                )
            ).Error,
            InboundItem.Session s => (
                await units.RunAsync(
                    tenant,
                    Actor.System,
                    new NoteSession(route.ChannelId, s.Report, IsAsked: false),
                    ct
                )
            ).Error,
            _ => null,
        };
        if (error is null && part.Item is not InboundItem.Session)
        {
            await traffic.NoteAsync(tenant, route.ChannelId, ct);
        }
        // A conflict is another copy that was faster.
        if (error is { Kind: not ErrorKind.Conflict })
        {
            await journal.QuarantineAsync(
                part.Event,
                part.Position,
                route.TenantId,
                error.Message,
                part.Event.Body,
                ct
            );
        }
    }

    /// <summary>
    /// By the shared address an account's news concern every channel of it that has no secret of its own, in whatever
    /// workspace; each of the others hears them by its own address.
    /// </summary>
    private async Task TellGroupAsync(
        Part part,
        string group,
        InboundItem.News news,
        CancellationToken ct
    )
    {
        var concerned = (await routes.FindGroupAsync(part.Event.Provider, group, ct))
            .Where(r => r is { AppSecret: null, State: ChannelRoute.Active })
            .ToList();
        if (concerned.Count == 0)
        {
            await journal.QuarantineAsync(
                part.Event,
                part.Position,
                null,
                $"The account {group} is connected to no workspace.",
                part.Event.Body,
                ct
            );
            return;
        }
        foreach (var route in concerned)
        {
            if (await tenants.FindAsync(route.TenantId, ct) is not { } tenant)
            {
                continue;
            }
            if (!tenant.IsUpgraded)
            {
                throw new TenantWaitsException(tenant.Slug);
            }
            await units.RunAsync(
                tenant,
                Actor.System,
                new ApplyAccountNews(route.ChannelId, news.Value, news.At),
                ct
            );
        }
    }

    /// <summary>
    /// A body that came by a channel's own address was verified with that channel's secret, so it may touch that channel
    /// only. The shared address routes only to channels without a secret of their own.
    /// </summary>
    private async Task<(OpenRoute? Route, string? Refusal)> RouteAsync(
        Part part,
        CancellationToken ct
    )
    {
        if (part.Event.ChannelId is { } channelId)
        {
            var own = await routes.FindAsync(channelId, ct);
            return own switch
            {
                null => (null, "The channel is gone."),
                _ when part.Item.AccountId is { } named && named != NameInBodies(own) => (
                    own,
                    $"The body names the account {named}, but came by the address of {own.AccountId}."
                ),
                _ when part.Item is InboundItem.News { GroupId: { } group }
                        && group != own.GroupId => (
                    own,
                    $"The body names the account {group}, but came by the address of a number of {own.GroupId ?? "none"}."
                ),
                { State: not ChannelRoute.Active } => (own, QuarantineReasons.NotActive),
                _ => (own, null),
            };
        }
        if (part.Item.AccountId is not { } account)
        {
            return (
                null,
                part.Item is InboundItem.Unhandled u ? u.Reason : "The body names no account."
            );
        }
        var shared = await routes.FindAsync(part.Event.Provider, account, ct);
        return shared switch
        {
            null => (null, $"The account {account} is connected to no workspace."),
            { AppSecret: not null } => (
                null,
                $"The account {account} has an address of its own and accepts nothing by the shared one."
            ),
            { State: not ChannelRoute.Active } => (shared, QuarantineReasons.NotActive),
            _ => (shared, null),
        };
    }

    private string NameInBodies(OpenRoute route) =>
        channels.Find(route.Provider)?.Definition.NameInBodies?.Invoke(route.AccountId)
        ?? route.AccountId;

    /// <summary>Its messages wait in the journal until its schema is upgraded, however long that takes.</summary>
    private sealed class TenantWaitsException(string slug)
        : Exception($"The tenant '{slug}' waits for an upgrade of its schema.");

    private sealed record Part(JournalEvent Event, int Position, InboundItem Item);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Inbound event {EventId} failed in attempt {Attempt} and is tried again"
    )]
    private static partial void LogPostponed(
        ILogger logger,
        Guid eventId,
        int attempt,
        Exception ex
    );

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The inbound worker is interrupted; what is stored waits"
    )]
    private static partial void LogTrouble(ILogger logger, Exception ex);
}
