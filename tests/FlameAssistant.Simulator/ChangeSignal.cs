namespace FlameAssistant.Simulator;

/// <summary>Wakes all who wait for anything to change. Take <see cref="Next"/> before looking, then await it.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = Create();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Raise() => Interlocked.Exchange(ref _next, Create()).TrySetResult();

    private static TaskCompletionSource Create() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
