using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FlameAssistant.Testing;

namespace FlameAssistant.Benchmarks;

/// <summary>The real app, as a process of its own.</summary>
internal sealed class AppUnderTest : IAsyncDisposable
{
    public const string MasterKey = "a master key for tests, and for nothing else";

    private readonly Process process;

    private AppUnderTest(Process process, string address)
    {
        this.process = process;
        Address = address;
    }

    public string Address { get; }

    /// <summary>What the process has in memory now.</summary>
    public long WorkingSet
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <param name="settings">As environment variables.</param>
    public static async Task<AppUnderTest> StartAsync(
        TestDatabase database,
        params (string Name, string Value)[] settings
    )
    {
        var address = $"http://localhost:{FreePort()}";
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "FlameAssistant.Web.dll"),
                "--contentRoot",
                WebFolder(),
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ConnectionStrings__Flame"] = database.Logins.Owner;
        start.Environment["Flame__Secrets__MasterKey"] = MasterKey;
        start.Environment["Flame__Urls"] = address;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }
        var started = Process.Start(start)!;
        started.OutputDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        started.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        using var http = new HttpClient();
        await Eventually.IsTrueAsync(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync($"{address}/health/ready");
                    return answer.StatusCode == HttpStatusCode.OK;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            within: TimeSpan.FromMinutes(1)
        );
        return new AppUnderTest(started, address);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal static string WebFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FlameAssistant.sln")))
        {
            folder = folder.Parent!;
        }
        return Path.Combine(folder.FullName, "FlameAssistant.Web");
    }
}
