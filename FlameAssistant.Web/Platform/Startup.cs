using System.Net.Sockets;
using System.Runtime.InteropServices;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Platform.Embedded;
using FlameAssistant.Data.Seeding;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Web.Platform;

/// <summary>Starting and stopping: what goes wrong on the way is one sentence that says what to do.</summary>
internal static class Startup
{
    /// <summary>Runs until a signal; signals count from the first moment, while the database is still being prepared.</summary>
    public static async Task<int> RunAsync(Func<CancellationToken, Task> serve)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        try
        {
            await serve(stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception ex) when (Explain(ex) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    public static string? Explain(Exception ex) =>
        ex switch
        {
            DatabaseSetupException
            or EmbeddedPostgresException
            or SettingException
            or OptionsValidationException => ex.Message,
            IOException { InnerException: AddressInUseException } =>
                $"{ex.Message.TrimEnd('.')}: stop what runs there, or choose another address with Flame__Urls=http://localhost:5081.",
            _ => null,
        };

    /// <summary>Asks for the port before anything is started that would have to be stopped again.</summary>
    public static void RefuseTakenPort(string urls)
    {
        foreach (
            var url in urls.Split(
                ';',
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
            )
        )
        {
            var address = BindingAddress.Parse(url);
            if (address.IsUnixPipe || address.Port == 0)
            {
                continue;
            }
            try
            {
                using var probe = new TcpClient();
                probe.Connect(
                    address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host,
                    address.Port
                );
            }
            catch (SocketException)
            {
                continue;
            }
            throw new SettingException(
                $"{url} is taken, perhaps by another Flame Assistant: stop what runs there, or choose another address with Flame__Urls=http://localhost:{address.Port + 1}."
            );
        }
    }

    public static async Task PrepareDatabaseAsync(this WebApplication app, CancellationToken ct)
    {
        var log = app
            .Services.GetRequiredService<ILoggerFactory>()
            .CreateLogger("FlameAssistant.Migration");
        var report = await app
            .Services.GetRequiredService<Migrator>()
            .RunAsync(line => StartupLog.Migrated(log, line), ct);
        foreach (var schema in report.FailedTenants)
        {
            StartupLog.TenantLeftBehind(log, schema);
        }
        if (app.Configuration["Flame:Seed"] == "demo")
        {
            await app
                .Services.GetRequiredService<DemoSeed>()
                .RunAsync(app.Configuration["Flame:Simulator:Url"] ?? DemoSeed.SimulatorUrl, ct);
        }
    }

    public static async Task ServeAsync(this WebApplication app, CancellationToken stop)
    {
        await app.StartAsync(stop);
        var addresses =
            app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()
                ?.Addresses
            ?? [];
        var webChat =
            app.Configuration["Flame:Seed"] == "demo"
                ? await app.Services.GetRequiredService<DemoSeed>().FindWebChatAsync(stop)
                : null;
        Welcome.Print(app.Configuration, addresses, webChat);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Both hear one and the same signal, in either order.
        await using (stop.Register(() => stopped.TrySetResult()))
        await using (app.Lifetime.ApplicationStopping.Register(() => stopped.TrySetResult()))
        {
            await stopped.Task;
        }
        await app.StopAsync(CancellationToken.None);
    }
}

/// <summary>A setting is missing or wrong; the message is one sentence that says what to do.</summary>
public sealed class SettingException(string message) : Exception(message);

internal static partial class StartupLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Migrated {Step}")]
    public static partial void Migrated(ILogger logger, string step);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The schema {Schema} could not be upgraded; its tenant is closed until `migrate` succeeds. The reason is in shared.tenant_schemas"
    )]
    public static partial void TenantLeftBehind(ILogger logger, string schema);
}
