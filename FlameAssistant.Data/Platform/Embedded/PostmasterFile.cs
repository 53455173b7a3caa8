using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>What a server writes down about itself in its data folder (<c>postmaster.pid</c>).</summary>
internal sealed record PostmasterFile(int Pid, int Port)
{
    /// <summary>The running server of this data folder, or null; the file of a dead one is removed.</summary>
    internal static PostmasterFile? FindRunning(string dataPath)
    {
        var path = Path.Combine(dataPath, "postmaster.pid");
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        // Line 1 is the process, line 2 the folder, line 4 the port; a server that is just starting wrote only some.
        if (lines.Length == 0 || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid))
            return null;
        var port =
            lines.Length > 3 && int.TryParse(lines[3], CultureInfo.InvariantCulture, out var known)
                ? known
                : 0;
        if (IsServerOf(dataPath, pid, lines))
            return new PostmasterFile(pid, port);

        // After a restart of the machine or container its number may belong to any process, and PostgreSQL would
        // refuse to start beside it.
        File.Delete(path);
        return null;
    }

    private static bool IsServerOf(string dataPath, int pid, string[] lines)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                var arguments = Encoding
                    .UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline"))
                    .Split('\0');
                return arguments.Contains(dataPath, StringComparer.Ordinal);
            }

            using var process = Process.GetProcessById(pid);
            return string.Equals(process.ProcessName, "postgres", StringComparison.Ordinal)
                && lines.Length > 1
                && string.Equals(lines[1], dataPath, StringComparison.Ordinal);
        }
        catch (Exception e)
            when (e is IOException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
