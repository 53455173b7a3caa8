using System.Threading.Channels;
using FlameAssistant.Data.Channels.WebChat;

namespace FlameAssistant.Web.Widget;

/// <summary>What a stream is woken for.</summary>
[Flags]
internal enum Wake
{
    None = 0,

    /// <summary>Something may have changed: ask again.</summary>
    Look = 1,

    Typing = 2,

    /// <summary>The token or the channel may have ended.</summary>
    Check = 4,

    /// <summary>Nothing was said for a while.</summary>
    Beat = 8,
}

/// <summary>
/// One open stream of a visitor's page: it waits, and remembers what it was woken for. It holds no connection to the
/// database while it does.
/// </summary>
internal sealed class VisitorStream(VisitorRef visitor, long after)
{
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private int woken;

    public VisitorRef Visitor { get; } = visitor;

    /// <summary>How far its page knows of changes.</summary>
    public long Rev { get; set; } = after;

    /// <summary>The state that its page was told last.</summary>
    public StateJson? State { get; set; }

    public Guid? ConversationId { get; set; }

    public Guid ContactId { get; set; }

    public void Wake(Wake reason)
    {
        Interlocked.Or(ref woken, (int)reason);
        signal.Writer.TryWrite(true);
    }

    public async ValueTask<Wake> NextAsync(CancellationToken ct)
    {
        await signal.Reader.ReadAsync(ct);
        return (Wake)Interlocked.Exchange(ref woken, 0);
    }
}
