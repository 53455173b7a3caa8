using System.Net.Sockets;

namespace FlameAssistant.Simulator;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (SimulatorApp.IsProduction())
        {
            return Refuse(SimulatorApp.ProductionRefusal);
        }

        CommandLine line;
        try
        {
            line = await CommandLine.ReadAsync(args, Console.In);
        }
        catch (FormatException e)
        {
            return Refuse(e.Message);
        }

        if (line.ParentPid is { } missing && ParentWatch.StartOf(missing) is null)
        {
            return Refuse($"--parent-pid: there is no process {missing}.");
        }

        foreach (var url in line.Options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (await IsTakenAsync(url) is { } code)
            {
                return code;
            }
        }

        await using var app = SimulatorApp.Build(line.Options);
        try
        {
            await app.StartAsync();
        }
        catch (Exception e)
            when (e
                    is IOException
                        or SocketException
                        or InvalidOperationException
                        or FormatException
            )
        {
            return await IsTakenAsync(line.Options.Urls)
                ?? Refuse($"The simulator cannot listen on {line.Options.Urls}: {e.Message}");
        }

        Console.WriteLine($"Simulator of the providers: {string.Join(' ', app.Urls)}");
        if (line.ParentPid is { } parent)
        {
            _ = ParentWatch.StopWithAsync(parent, app.Lifetime);
        }

        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task<int?> IsTakenAsync(string url)
    {
        switch (await TakenPort.AskAsync(url))
        {
            case TakenPort.Owner.Simulator:
                Console.WriteLine($"A simulator answers on {url} already; this one is not needed.");
                return 0;
            case TakenPort.Owner.Stranger:
                return Refuse(
                    $"{url} is taken by another program; stop it, or choose another address with --urls."
                );
            default:
                return null;
        }
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return 1;
    }
}
