using System.ComponentModel;
using System.Diagnostics;

namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>Runs one program to its end, as this user or another one.</summary>
internal static class Command
{
    internal static async Task<CommandResult> RunAsync(
        string? user,
        string program,
        IEnumerable<string> arguments,
        CancellationToken ct
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The other user may be unable to enter our working directory.
            WorkingDirectory = "/",
        };
        if (user is not null)
            start.UserName = user;

        // Nothing of ours may leak in: PGDATA, PGPORT, LD_LIBRARY_PATH and locales would change what the programs do.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e) when (user is not null && e.NativeErrorCode == NotPermitted)
        {
            throw EmbeddedPostgresException.NoAccount(user, e);
        }
        catch (Win32Exception e)
        {
            return new CommandResult(-1, "", e.Message);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    private const int NotPermitted = 1;
}

internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    internal bool Succeeded => ExitCode == 0;

    internal string Reason => Error.Trim() is { Length: > 0 } text ? text : Output.Trim();
}
