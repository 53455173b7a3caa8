using System.ComponentModel;
using System.Diagnostics;

namespace FlameAssistant.Simulator;

/// <summary>Ends the simulator when the process that started it is gone, however that went.</summary>
internal static class ParentWatch
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public static async Task StopWithAsync(int pid, IHostApplicationLifetime lifetime)
    {
        var started = StartOf(pid);
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (started is not null && StartOf(pid) == started)
            {
                await timer.WaitForNextTickAsync(lifetime.ApplicationStopping);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lifetime.StopApplication();
    }

    /// <summary>When the process started, so that a number used anew is not taken for it; null if it is gone.</summary>
    public static DateTime? StartOf(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited || IsZombie(pid) ? null : process.StartTime;
        }
        catch (Exception e)
            when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    // Killed, but not yet collected by its own parent.
    private static bool IsZombie(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat.AsSpan(stat.LastIndexOf(')') + 1).TrimStart() is ['Z' or 'X', ..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
