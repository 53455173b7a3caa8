using System.Diagnostics;
using System.Runtime.CompilerServices;
using FlameAssistant.Data.Platform.Embedded;

namespace FlameAssistant.Data.Tests.Platform.Embedded;

/// <summary>This test program once more, as a process that owns a server and can be killed.</summary>
internal static class ChildOwner
{
    private const string RootVariable = "FLAME_TEST_CHILD_ROOT";
    private const string Ready = "ready";

    internal static async Task<Process> StartAsync(string root, bool waitUntilReady = true)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        // Started by the dotnet host instead of its own executable, the program is the first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ChildOwner).Assembly.Location);
        start.Environment[RootVariable] = root;
        var child = Process.Start(start)!;
        if (waitUntilReady)
            (await child.StandardOutput.ReadLineAsync()).ShouldBe(Ready);
        return child;
    }

    // Before the test runner: in the child it never gets a turn. No code of this assembly may run on other threads
    // meanwhile, so the log is the console's own method.
    [ModuleInitializer]
    internal static void RunInChild()
    {
        if (Environment.GetEnvironmentVariable(RootVariable) is not { Length: > 0 } root)
            return;
        var options = new EmbeddedPostgresOptions { RootPath = root, Durable = false };
        var server = EmbeddedPostgres
            .StartAsync(options, Console.Error.WriteLine)
            .GetAwaiter()
            .GetResult();
        Console.Out.WriteLine(Ready);
        Console.In.ReadLine();
        server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Environment.Exit(0);
    }
}
