using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Web.Auth;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Web.Widget;

/// <summary><c>Flame__Widget__*</c>: how much one visitor, and one address, may ask of a node.</summary>
public sealed class WidgetOptions
{
    /// <summary>Openings of a widget by one address in a minute; an office or a campus is one address.</summary>
    public int SessionsPerAddress { get; set; } = 300;

    /// <summary>Messages of one visitor at once; half of it comes back in a minute.</summary>
    public int MessagesPerVisitor { get; set; } = 240;

    public int MessagesPerAddress { get; set; } = 1500;

    public int FilesPerVisitor { get; set; } = 40;

    /// <summary>All other calls of one visitor in a minute.</summary>
    public int CallsPerVisitor { get; set; } = 600;

    /// <summary>Tokens that are none, by one address in a minute: people have no reason for a single one.</summary>
    public int GuessesPerAddress { get; set; } = 60;

    /// <summary>Open streams of one visitor: their tabs.</summary>
    public int StreamsPerVisitor { get; set; } = 12;

    public int StreamsPerAddress { get; set; } = 1000;
}

/// <summary>Counts what visitors and addresses ask for. Each node counts for itself.</summary>
internal sealed class WidgetLimits : IDisposable
{
    private readonly ConcurrentDictionary<string, int> streams = new(StringComparer.Ordinal);
    private readonly WidgetOptions options;
    private readonly PartitionedRateLimiter<string> sessions;
    private readonly PartitionedRateLimiter<string> messages;
    private readonly PartitionedRateLimiter<string> messagesByAddress;
    private readonly PartitionedRateLimiter<string> files;
    private readonly PartitionedRateLimiter<string> calls;
    private readonly PartitionedRateLimiter<string> guesses;

    public WidgetLimits(IOptions<WidgetOptions> options)
    {
        this.options = options.Value;
        sessions = Bucket(this.options.SessionsPerAddress);
        messages = Bucket(this.options.MessagesPerVisitor);
        messagesByAddress = Bucket(this.options.MessagesPerAddress);
        files = Bucket(this.options.FilesPerVisitor);
        calls = Bucket(this.options.CallsPerVisitor);
        guesses = Bucket(this.options.GuessesPerAddress);
    }

    /// <returns>How long to wait; null when it may go on.</returns>
    public TimeSpan? Session(HttpContext context) => Ask(sessions, Address(context));

    /// <inheritdoc cref="Session"/>
    public TimeSpan? Guess(HttpContext context) => Ask(guesses, Address(context));

    /// <inheritdoc cref="Session"/>
    public TimeSpan? Message(HttpContext context, VisitorRef visitor) =>
        Ask(messages, Key(visitor)) ?? Ask(messagesByAddress, Address(context));

    /// <inheritdoc cref="Session"/>
    public TimeSpan? File(VisitorRef visitor) => Ask(files, Key(visitor));

    /// <inheritdoc cref="Session"/>
    public TimeSpan? Call(VisitorRef visitor) => Ask(calls, Key(visitor));

    /// <returns>Gives the place back when it is disposed; null when there is none.</returns>
    public IDisposable? Stream(HttpContext context, VisitorRef visitor)
    {
        var (mine, ours) = ("v" + Key(visitor), "a" + Address(context));
        if (!Take(mine, options.StreamsPerVisitor))
        {
            return null;
        }
        if (!Take(ours, options.StreamsPerAddress))
        {
            Give(mine);
            return null;
        }
        return new Place(() =>
        {
            Give(mine);
            Give(ours);
        });
    }

    public void Dispose()
    {
        sessions.Dispose();
        messages.Dispose();
        messagesByAddress.Dispose();
        files.Dispose();
        calls.Dispose();
        guesses.Dispose();
    }

    private bool Take(string key, int most)
    {
        if (streams.AddOrUpdate(key, 1, (_, n) => n + 1) <= most)
        {
            return true;
        }
        Give(key);
        return false;
    }

    private void Give(string key)
    {
        if (streams.AddOrUpdate(key, 0, (_, n) => n - 1) <= 0)
        {
            streams.TryRemove(new(key, 0));
        }
    }

    private static string Key(VisitorRef visitor) => visitor.VisitorId.ToString("N");

    private static string Address(HttpContext context) =>
        ClientAddress.Of(context)?.ToString() ?? "";

    private static TimeSpan? Ask(PartitionedRateLimiter<string> limiter, string key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after
            : TimeSpan.FromSeconds(10);
    }

    /// <summary>So many at once, half of them again in a minute, a little every five seconds.</summary>
    private static PartitionedRateLimiter<string> Bucket(int most) =>
        PartitionedRateLimiter.Create<string, string>(key =>
            RateLimitPartition.GetTokenBucketLimiter(
                key,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = most,
                    TokensPerPeriod = Math.Max(1, most / 24),
                    ReplenishmentPeriod = TimeSpan.FromSeconds(5),
                    QueueLimit = 0,
                }
            )
        );

    private sealed class Place(Action give) : IDisposable
    {
        private Action? give = give;

        public void Dispose() => Interlocked.Exchange(ref give, value: null)?.Invoke();
    }
}
