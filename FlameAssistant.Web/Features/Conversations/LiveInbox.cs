using System.Threading.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>
/// Turns live events into refreshes of one inbox: the first at once, then at most one per 200 ms, and one every 30 s in case
/// a hint was missed. A refresh that is slow delays the next one, which then knows of all that gathered meanwhile; one that
/// fails is made up for by asking for everything.
/// </summary>
internal sealed class LiveInbox : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Anyway = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> wakeUps = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1)
        {
            FullMode = BoundedChannelFullMode.DropWrite,
            SingleReader = true,
        }
    );
    private readonly Lock gate = new();
    private readonly CancellationTokenSource gone = new();
    private readonly TimeProvider clock;
    private readonly Guid me;
    private readonly Func<InboxChange, Task> onChange;
    private readonly Action<Guid, Guid> onTyping;
    private InboxChange gathered = new();
    private IDisposable? subscription;

    private LiveInbox(
        TimeProvider clock,
        Guid me,
        Func<InboxChange, Task> onChange,
        Action<Guid, Guid> onTyping
    )
    {
        this.clock = clock;
        this.me = me;
        this.onChange = onChange;
        this.onTyping = onTyping;
    }

    /// <summary>It hears from here on: what is asked for afterwards cannot miss a change.</summary>
    /// <param name="onChange">May throw: what it did not get to is asked for again.</param>
    public static async Task<LiveInbox> StartAsync(
        TenantSession session,
        LiveHub live,
        TimeProvider clock,
        Func<InboxChange, Task> onChange,
        Action<Guid, Guid> onTyping,
        CancellationToken ct
    )
    {
        var tenant = await session.EnterAsync(ct);
        return tenant is null
            ? new LiveInbox(clock, session.Actor.Id, onChange, onTyping)
            : Start(tenant.Id, session.Actor.Id, live, clock, onChange, onTyping);
    }

    internal static LiveInbox Start(
        Guid tenantId,
        Guid me,
        LiveHub live,
        TimeProvider clock,
        Func<InboxChange, Task> onChange,
        Action<Guid, Guid> onTyping
    )
    {
        var inbox = new LiveInbox(clock, me, onChange, onTyping);
        inbox.subscription = live.Subscribe(tenantId, inbox.Hear);
        _ = inbox.RunAsync(inbox.gone.Token);
        return inbox;
    }

    public void Dispose()
    {
        gone.Cancel();
        subscription?.Dispose();
        gone.Dispose();
    }

    private async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(await FollowAsync(ct) ? Pause : AfterFailure, clock, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }

    private async Task<bool> FollowAsync(CancellationToken ct)
    {
        var change = await NextAsync(ct);
        try
        {
            await onChange(change);
            return true;
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            lock (gate)
            {
                gathered.AddEverything();
            }
            wakeUps.Writer.TryWrite(true);
            return false;
        }
    }

    private void Hear(LiveEvent live)
    {
        if (PersonalHint.WhoTypes(live) is { } typing)
        {
            onTyping(live.SubjectId, typing);
            return;
        }
        var reader = PersonalHint.WhoReads(live);
        // Others show notifications, sessions, contacts and visitors' pages; what somebody else has read changes nothing here.
        if (
            live.Kind
                is LiveKinds.Notification
                    or LiveKinds.Session
                    or LiveKinds.Contact
                    or LiveKinds.Visitor
            || (reader is not null && reader != me)
        )
        {
            return;
        }
        lock (gate)
        {
            if (reader is null)
            {
                gathered.Add(live);
            }
            else
            {
                gathered.AddRead(live.SubjectId);
            }
        }
        wakeUps.Writer.TryWrite(true);
    }

    private async Task<InboxChange> NextAsync(CancellationToken ct)
    {
        using var anyway = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = clock.CreateTimer(
            _ => Cancel(anyway),
            null,
            Anyway,
            Timeout.InfiniteTimeSpan
        );
        try
        {
            await wakeUps.Reader.ReadAsync(anyway.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Rows only: who and what there is changes rarely, and a relay that lost its connection says so itself.
            return InboxChange.Any();
        }
        lock (gate)
        {
            var change = gathered;
            gathered = new InboxChange();
            return change;
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The wait ended at the same moment.
        }
    }
}
