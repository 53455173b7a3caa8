using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FlameAssistant.Testing;

namespace FlameAssistant.E2E.Tests;

/// <summary>The product as it is started: a process of its own over a test's database. It can be killed and started again.</summary>
public sealed class AppProcess : IAsyncDisposable
{
    private static readonly TimeSpan startsWithin = TimeSpan.FromSeconds(120);
    private readonly TestDatabase database;
    private readonly (string Name, string Value)[] settings;
    private readonly StringBuilder output = new();
    private Process? process;

    private AppProcess(TestDatabase database, (string, string)[] settings)
    {
        this.database = database;
        this.settings = settings;
        Url = $"http://localhost:{FreePort()}";
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
        {
            BaseAddress = new Uri(Url),
        };
    }

    public string Url { get; }

    public HttpClient Http { get; }

    /// <summary>False once it was killed, and when it ended by itself.</summary>
    public bool IsRunning => process is { HasExited: false };

    /// <summary>What it wrote, of all its lives.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <param name="settings">As environment variables, as in <c>Flame__Seed</c>.</param>
    public static async Task<AppProcess> StartAsync(
        TestDatabase database,
        params (string Name, string Value)[] settings
    )
    {
        var app = new AppProcess(database, settings);
        try
        {
            await app.StartAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async Task StartAsync()
    {
        process = Process.Start(
            StartInfo([
                ("ConnectionStrings__Flame", database.Logins.Owner),
                ("Flame__Secrets__MasterKey", TestDatabase.MasterKeyText),
                ("Flame__Urls", Url),
                ("Flame__Seed", "none"),
                .. settings,
            ])
        )!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await Eventually.IsTrueAsync(
                () =>
                    process.HasExited
                        ? throw new InvalidOperationException("The app ended at once.")
                        : IsReadyAsync(),
                startsWithin
            );
        }
        catch (Exception ex)
        {
            throw new InvalidOperationException($"The app did not start: {Output}", ex);
        }
    }

    /// <summary>kill -9: nothing is flushed, closed or said.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>SIGTERM, as a supervisor or a container's end sends it.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TimeoutException">It did not end in that time.</exception>
    public async Task<int> StopAsync(TimeSpan within)
    {
        using (var asked = Process.Start("kill", ["-TERM", $"{process!.Id}"]))
        {
            await asked.WaitForExitAsync();
        }
        await process.WaitForExitAsync().WaitAsync(within);
        var code = process.ExitCode;
        process.Dispose();
        process = null;
        return code;
    }

    /// <summary>Whether it answers again, without having been started again.</summary>
    public async Task<bool> IsBackAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            while (IsRunning)
            {
                if (await IsReadyAsync())
                {
                    return true;
                }
                await Task.Delay(50, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It had its time.
        }
        return false;
    }

    /// <summary>Runs to its end; for commands, and for starts that must fail.</summary>
    public static async Task<Ended> RunAsync(
        IEnumerable<(string Name, string Value)> settings,
        params string[] arguments
    )
    {
        using var ended = Process.Start(StartInfo(settings, arguments))!;
        var stdout = ended.StandardOutput.ReadToEndAsync();
        var stderr = ended.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(startsWithin);
        try
        {
            await ended.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            ended.Kill();
        }
        return new Ended(ended.ExitCode, Lines(await stdout), Lines(await stderr));
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (process is not null)
        {
            await KillAsync();
        }
    }

    private static ProcessStartInfo StartInfo(
        IEnumerable<(string Name, string Value)> settings,
        params string[] arguments
    )
    {
        var root = SolutionFolder();
        var configuration = Path.GetFileName(
            Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))
        );
        var web = Path.Combine(root, "FlameAssistant.Web");
        var info = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Path.GetTempPath(),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.ArgumentList.Add(
            Path.Combine(web, "bin", configuration!, "net10.0", "FlameAssistant.Web.dll")
        );
        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }
        if (arguments.Length == 0)
        {
            info.ArgumentList.Add("--contentRoot");
            info.ArgumentList.Add(web);
        }
        foreach (
            var inherited in info
                .Environment.Keys.Where(name =>
                    name.StartsWith("Flame__", StringComparison.OrdinalIgnoreCase)
                    || name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
                    || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
                    || name.StartsWith("DOTNET_ENVIRONMENT", StringComparison.OrdinalIgnoreCase)
                )
                .ToList()
        )
        {
            info.Environment.Remove(inherited);
        }
        info.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        // It lives for a minute or two: what a longer life is prepared with costs more than it gives.
        info.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in settings)
        {
            info.Environment[name] = value;
        }
        return info;
    }

    internal static string SolutionFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FlameAssistant.sln")))
        {
            folder = folder.Parent!;
        }
        return folder.FullName;
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>What a process said, line by line, and how it ended.</summary>
public sealed record Ended(int ExitCode, string[] Out, string[] Error);
