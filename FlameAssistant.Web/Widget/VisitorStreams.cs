using System.Collections.Concurrent;
using System.Collections.Immutable;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Web.Widget;

/// <summary>
/// The open streams of this node. One subscription hears the live hub for all of them and wakes those whom an event
/// concerns; one look every half minute finds what an event was missed for, by one question per channel.
/// </summary>
internal sealed class VisitorStreams : IDisposable
{
    private const int AtOnce = 8;
    private const int Chunk = 1000;

    private readonly ConcurrentDictionary<VisitorStream, byte> all = new();
    private readonly ConcurrentDictionary<Guid, ImmutableArray<VisitorStream>> byVisitor = new();
    private readonly ConcurrentDictionary<Guid, ImmutableArray<VisitorStream>> byConversation =
        new();
    private readonly VisitorTokens tokens;
    private readonly VisitorDoor door;
    private readonly TenantUnits units;
    private readonly IDisposable subscription;

    public VisitorStreams(LiveHub live, VisitorTokens tokens, VisitorDoor door, TenantUnits units)
    {
        this.tokens = tokens;
        this.door = door;
        this.units = units;
        subscription = live.SubscribeAll(Hear);
    }

    /// <summary>Of all streams so many look at once: a thousand that wake together must not take every connection.</summary>
    public SemaphoreSlim Looks { get; } = new(AtOnce);

    /// <summary>Set when something may have been missed.</summary>
    public SemaphoreSlim Missed { get; } = new(0, 1);

    public int Count => all.Count;

    public IDisposable Add(VisitorStream stream)
    {
        all[stream] = 0;
        Put(byVisitor, stream.Visitor.VisitorId, stream);
        return new Place(() =>
        {
            all.TryRemove(stream, out _);
            Take(byVisitor, stream.Visitor.VisitorId, stream);
            if (stream.ConversationId is { } conversation)
            {
                Take(byConversation, conversation, stream);
            }
        });
    }

    /// <summary>From here on the stream hears of this conversation; what was said before it heard is asked for once more.</summary>
    public void Follow(VisitorStream stream, Guid conversationId)
    {
        if (stream.ConversationId == conversationId)
        {
            return;
        }
        if (stream.ConversationId is { } before)
        {
            Take(byConversation, before, stream);
        }
        stream.ConversationId = conversationId;
        Put(byConversation, conversationId, stream);
        stream.Wake(Wake.Look);
    }

    /// <summary>Wakes every stream whose conversation went on without it, and every one whose token or channel has ended.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        var open = all.Keys.ToList();
        foreach (var part in open.Chunk(Chunk))
        {
            var living = (await tokens.LivingAsync([.. part.Select(s => s.Visitor.TokenHash)], ct))
                .Select(Convert.ToHexString)
                .ToHashSet(StringComparer.Ordinal);
            foreach (
                var stream in part.Where(s =>
                    !living.Contains(Convert.ToHexString(s.Visitor.TokenHash))
                )
            )
            {
                stream.Wake(Wake.Check);
            }
        }
        foreach (var channel in open.GroupBy(s => s.Visitor.ChannelId))
        {
            if (await door.OfAsync(channel.First().Visitor, ct) is not { } visit)
            {
                WakeAll([.. channel], Wake.Check);
                continue;
            }
            foreach (var part in channel.Chunk(Chunk))
            {
                await LookAsync(visit, part, ct);
            }
        }
    }

    public void Dispose()
    {
        subscription.Dispose();
        Looks.Dispose();
        Missed.Dispose();
    }

    private async Task LookAsync(Visit visit, VisitorStream[] streams, CancellationToken ct)
    {
        var marks = await units.ReadAsync(
            visit.Tenant,
            Actor.System,
            (unit, token) =>
                unit.VisitorMarksAsync(
                    visit.Channel.Id,
                    [.. streams.Select(s => s.Visitor.VisitorId).Distinct()],
                    token
                ),
            ct
        );
        var markOf = marks.ToDictionary(m => m.Visitor, StringComparer.Ordinal);
        foreach (var stream in streams)
        {
            if (
                markOf.GetValueOrDefault(stream.Visitor.VisitorId.ToString("D")) is { } mark
                && (mark.ConversationId, mark.Rev, VisitorEndpoints.StatusOf(mark.Status))
                    != (stream.ConversationId, stream.Rev, stream.State?.Status)
            )
            {
                stream.Wake(Wake.Look);
            }
        }
    }

    /// <summary>On the publisher's thread: it only notes.</summary>
    private void Hear(LiveEvent live)
    {
        switch (live.Kind)
        {
            case LiveKinds.Message or LiveKinds.Conversation:
                WakeAll(Of(byConversation, live.SubjectId), Wake.Look);
                break;
            case LiveKinds.Visitor:
                WakeAll(Of(byVisitor, live.SubjectId), Wake.Look | Wake.Check);
                break;
            case LiveKinds.Channel:
                WakeAll(
                    [.. all.Keys.Where(s => s.Visitor.ChannelId == live.SubjectId)],
                    Wake.Check | Wake.Look
                );
                break;
            case LiveKinds.Tenant:
                WakeAll([.. all.Keys.Where(s => s.Visitor.TenantId == live.TenantId)], Wake.Check);
                break;
            case LiveKinds.Resync:
                SetMissed();
                break;
            default:
                HearPerson(live);
                break;
        }
    }

    /// <summary>Somebody types, or has read what the visitor wrote.</summary>
    private void HearPerson(LiveEvent live)
    {
        if (PersonalHint.WhoReads(live) is not null)
        {
            WakeAll(Of(byConversation, live.SubjectId), Wake.Look);
        }
        else if (PersonalHint.WhoTypes(live) is { } person)
        {
            foreach (
                var stream in Of(byConversation, live.SubjectId).Where(s => s.ContactId != person)
            )
            {
                stream.Wake(Wake.Typing);
            }
        }
    }

    private void SetMissed()
    {
        try
        {
            Missed.Release();
        }
        catch (SemaphoreFullException)
        {
            // The look is due already.
        }
    }

    private static void WakeAll(ImmutableArray<VisitorStream> streams, Wake reason)
    {
        foreach (var stream in streams)
        {
            stream.Wake(reason);
        }
    }

    private static ImmutableArray<VisitorStream> Of(
        ConcurrentDictionary<Guid, ImmutableArray<VisitorStream>> streams,
        Guid key
    ) => streams.TryGetValue(key, out var found) ? found : [];

    private static void Put(
        ConcurrentDictionary<Guid, ImmutableArray<VisitorStream>> streams,
        Guid key,
        VisitorStream stream
    ) => streams.AddOrUpdate(key, _ => [stream], (_, known) => known.Add(stream));

    private static void Take(
        ConcurrentDictionary<Guid, ImmutableArray<VisitorStream>> streams,
        Guid key,
        VisitorStream stream
    )
    {
        streams.AddOrUpdate(key, _ => [], (_, known) => known.Remove(stream));
        streams.TryRemove(new(key, []));
    }

    private sealed class Place(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}

/// <summary>Looks every half minute, and at once where the node's ear was deaf for a moment.</summary>
internal sealed partial class VisitorSweep(
    VisitorStreams streams,
    TimeProvider clock,
    ILogger<VisitorSweep> logger
) : BackgroundService
{
    private static readonly TimeSpan every = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(
                    streams.Missed.WaitAsync(either.Token),
                    Task.Delay(every, clock, either.Token)
                );
                await either.CancelAsync();
                await streams.SweepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception ex)
            {
                LogTrouble(logger, ex);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Visitors' streams could not be looked through; the next look is in half a minute"
    )]
    private static partial void LogTrouble(ILogger logger, Exception ex);
}
