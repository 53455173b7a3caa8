using System.Diagnostics;

namespace FlameAssistant.Testing;

/// <summary>Waits for a condition, never for a time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <param name="within">A minute when null: only what never comes true ends so, whatever else the machine does.</param>
    public static async Task IsTrueAsync(Func<Task<bool>> condition, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromMinutes(1);
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"The condition did not come true within {limit}.");
            }
            await Task.Delay(Pause);
        }
    }

    public static Task IsTrueAsync(Func<bool> condition, TimeSpan? within = null) =>
        IsTrueAsync(() => Task.FromResult(condition()), within);
}
