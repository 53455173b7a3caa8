using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>Colleagues who write in this conversation right now; who stops, or whose message is here, is forgotten.</summary>
internal sealed class TypingPeople(TimeProvider clock, Action onEnd) : IAsyncDisposable
{
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan BetweenTold = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<Guid, DateTimeOffset> until = [];
    private ITimer? ends;
    private DateTimeOffset told;

    public IReadOnlyList<Guid> Now =>
        [.. until.Where(t => t.Value > clock.GetUtcNow()).Select(t => t.Key)];

    public void Heard(Guid personId)
    {
        until[personId] = clock.GetUtcNow() + Lasts;
        ends ??= clock.CreateTimer(
            _ => onEnd(),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        ends.Change(Lasts + Blink, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What they typed is here.</summary>
    public void Wrote(IEnumerable<ThreadMessage> newest)
    {
        foreach (var message in newest)
        {
            if (
                message.SenderId is { } sender
                && until.TryGetValue(sender, out var end)
                && message.At > end - Lasts
            )
            {
                until.Remove(sender);
            }
        }
    }

    /// <summary>Whether it is time to tell the others again that somebody writes here.</summary>
    public bool MayTell()
    {
        if (clock.GetUtcNow() - told <= BetweenTold)
        {
            return false;
        }
        told = clock.GetUtcNow();
        return true;
    }

    public ValueTask DisposeAsync() => ends?.DisposeAsync() ?? ValueTask.CompletedTask;
}
