namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>Time that moves when told to, and wakes periodic timers once per move.</summary>
internal sealed class FakeTime(DateTimeOffset start) : TimeProvider
{
    private readonly List<Sleeper> sleepers = [];
    private DateTimeOffset now = start;

    public override DateTimeOffset GetUtcNow() => now;

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        var sleeper = new Sleeper(() => callback(state), sleepers);
        sleepers.Add(sleeper);
        return sleeper;
    }

    public void Advance(TimeSpan by)
    {
        now += by;
        foreach (var sleeper in sleepers.ToList())
        {
            sleeper.Wake();
        }
    }

    private sealed class Sleeper(Action wake, List<Sleeper> all) : ITimer
    {
        public void Wake() => wake();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => all.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
