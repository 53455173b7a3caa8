using FlameAssistant.Data;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Seeding;
using FlameAssistant.Data.Shared;
using FlameAssistant.Jobs;
using FlameAssistant.Web.Auth;
using Serilog;

namespace FlameAssistant.Web.Platform.Commands;

/// <summary>Runs a command over the same registrations as the web host, without its workers.</summary>
internal static class CommandHost
{
    /// <param name="migrate">Most commands need the database at this version; <c>migrate</c> does it itself.</param>
    public static async Task<int> RunAsync(
        Func<IServiceProvider, CancellationToken, Task<Result<string>>> work,
        CancellationToken ct,
        bool migrate = true
    )
    {
        try
        {
            var builder = WebApplication.CreateBuilder();
            builder.Services.AddSerilog((_, log) => log.MinimumLevel.Fatal());
            await using var database = await DatabaseChoice.OpenAsync(
                builder.Configuration,
                builder.Environment,
                ct
            );
            builder.Services.AddFlameData(database.Logins, database.MasterKey);
            builder.Services.AddFlameJobs(builder.Configuration);
            builder.Services.AddFlameIdentity(builder.Configuration);
            builder.Services.AddSingleton<DemoSeed>();
            builder.Services.AddSingleton<PublicAddress>();
            await using var app = builder.Build();
            if (migrate)
            {
                await app.Services.GetRequiredService<Migrator>().RunAsync(_ => { }, ct);
            }
            return await AnswerAsync(await work(app.Services, ct));
        }
        catch (Exception ex)
        {
            await Console.Error.WriteLineAsync(
                Startup.Explain(ex) ?? $"It failed unexpectedly: {ex.Message}"
            );
            return 1;
        }
    }

    public static void Say(string line) => Console.Error.WriteLine(line);

    private static async Task<int> AnswerAsync(Result<string> result)
    {
        if (!result.IsOk)
        {
            await Console.Error.WriteLineAsync(result.Error.Message.ReplaceLineEndings(" "));
            return 1;
        }
        if (result.Value.Length > 0)
        {
            await Console.Out.WriteLineAsync(result.Value);
        }
        return 0;
    }
}
