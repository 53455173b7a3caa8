using System.Threading.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>
/// Turns live events into refreshes of one inbox: the first at once, then at most one per 200 ms, and one every 30 s in case
/// a hint was missed. A refresh that is slow delays the next one and never piles up.
/// </summary>
internal sealed class LiveInbox : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Anyway = TimeSpan.FromSeconds(30);
    private const int Enough = 64;

    private readonly Channel<InboxChange> changes = Channel.CreateBounded<InboxChange>(
        // More than this at once means: ask for everything.
        new BoundedChannelOptions(Enough)
        {
            FullMode = BoundedChannelFullMode.DropWrite,
            SingleReader = true,
        }
    );
    private readonly CancellationTokenSource gone = new();
    private readonly TimeProvider clock;
    private readonly Func<InboxChange, Task> onChange;
    private readonly Action<Guid, Guid> onTyping;
    private IDisposable? subscription;

    private LiveInbox(
        TimeProvider clock,
        Func<InboxChange, Task> onChange,
        Action<Guid, Guid> onTyping
    )
    {
        this.clock = clock;
        this.onChange = onChange;
        this.onTyping = onTyping;
    }

    /// <summary>It hears from here on: what is asked for afterwards cannot miss a change.</summary>
    public static async Task<LiveInbox> StartAsync(
        TenantSession session,
        LiveHub live,
        TimeProvider clock,
        Func<InboxChange, Task> onChange,
        Action<Guid, Guid> onTyping,
        CancellationToken ct
    )
    {
        var inbox = new LiveInbox(clock, onChange, onTyping);
        if (await session.EnterAsync(ct) is { } tenant)
        {
            inbox.subscription = live.Subscribe(tenant.Id, inbox.Hear);
            _ = inbox.RunAsync(inbox.gone.Token);
        }
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
                await onChange(await NextAsync(ct));
                await Task.Delay(Pause, clock, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
        catch (ObjectDisposedException)
        {
            // The circuit is gone.
        }
    }

    private void Hear(LiveEvent live)
    {
        if (LiveTyping.PersonOf(live) is { } person)
        {
            onTyping(live.SubjectId, person);
            return;
        }
        if (live.Kind is LiveKinds.Notification or LiveKinds.Session or LiveKinds.Contact)
        {
            // Others show these.
            return;
        }
        changes.Writer.TryWrite(
            new InboxChange(
                live.Kind is LiveKinds.Message or LiveKinds.Conversation ? live.SubjectId : null,
                live.Kind
            )
        );
    }

    private static InboxChange Both(InboxChange one, InboxChange other) =>
        new(
            one.ConversationId == other.ConversationId ? one.ConversationId : null,
            // The words of menus are asked for again only when one of the two may be about them.
            one.ConversationId
                is null
            || other.ConversationId is null
                ? LiveKinds.Resync
                : LiveKinds.Conversation
        );

    /// <summary>What has gathered, as one change: of one conversation, or of any.</summary>
    private async Task<InboxChange> NextAsync(CancellationToken ct)
    {
        using var anyway = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = clock.CreateTimer(
            _ => Cancel(anyway),
            null,
            Anyway,
            Timeout.InfiniteTimeSpan
        );
        InboxChange change;
        try
        {
            change = await changes.Reader.ReadAsync(anyway.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Rows only: who and what there is changes rarely, and a relay that lost its connection says so itself.
            return new InboxChange(null, LiveKinds.Conversation);
        }
        while (changes.Reader.TryRead(out var more))
        {
            change = Both(change, more);
        }
        return change;
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
