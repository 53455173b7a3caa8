using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Npgsql;

namespace FlameAssistant.Crash;

/// <summary>Repeats what a killed server or app interrupts.</summary>
internal static class Patience
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan longest = TimeSpan.FromMinutes(3);

    public static async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var end = DateTime.UtcNow + longest;
        while (true)
        {
            try
            {
                return await work();
            }
            catch (Exception ex) when (IsInterruption(ex))
            {
                if (DateTime.UtcNow > end)
                {
                    ExceptionDispatchInfo.Throw(ex);
                }
                await Task.Delay(pause);
            }
        }
    }

    public static Task RunAsync(Func<Task> work) =>
        RunAsync(async () =>
        {
            await work();
            return true;
        });

    /// <summary>Asks until it is so; false when that took too long.</summary>
    public static async Task<bool> IsSoonAsync(Func<Task<bool>> isSo, TimeSpan within)
    {
        var end = DateTime.UtcNow + within;
        while (DateTime.UtcNow < end)
        {
            if (await RunAsync(isSo))
            {
                return true;
            }
            await Task.Delay(10);
        }
        return false;
    }

    private static bool IsInterruption(Exception ex) =>
        ex
            is NpgsqlException
                or SocketException
                or IOException
                or HttpRequestException
                or TimeoutException
                or OperationCanceledException
                or ObjectDisposedException
        || (ex.InnerException is { } inner && IsInterruption(inner));
}
