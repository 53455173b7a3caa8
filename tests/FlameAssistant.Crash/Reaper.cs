using FlameAssistant.Simulator.WhatsApp;
using Npgsql;

namespace FlameAssistant.Crash;

/// <summary>Kills at every named step in turn, and starts again what it killed.</summary>
internal sealed class Reaper(Stage stage, Steps steps, Tally tally, Random random)
{
    private static readonly TimeSpan comesBackWithin = TimeSpan.FromSeconds(60);

    public async Task RunAsync(int rounds, IReadOnlyList<Pace> paces, CancellationToken ct)
    {
        for (var i = 0; i < rounds; i++)
        {
            // Each round has every step once, in another order.
            foreach (var step in steps.All.OrderBy(_ => random.Next()).ToList())
            {
                var portion = Task.WhenAll(paces.Select(p => p.LetPortionGoAsync(ct)));
                await Task.Delay(random.Next(200, 1500), ct);
                await RunAsync(step);
                await portion;
                MakeTrouble();
            }
        }
        foreach (var pace in paces)
        {
            pace.LetAllGo();
        }
    }

    /// <summary>The last death: what any node left lying is found by the one that comes now.</summary>
    public async Task EndAsync()
    {
        await stage.App.KillAsync();
        tally.AppDied();
        await stage.LeasesEndAsync();
        await stage.App.StartAsync();
    }

    private async Task RunAsync(Step step)
    {
        await using (var hold = new Hold(stage))
        {
            try
            {
                if (!await step.IsReached(hold))
                {
                    // It is killed all the same, at the moment at which it is.
                    tally.Killed("(the step did not come) " + step.Name);
                    await KillAsync(step.Victims);
                }
                else
                {
                    await KillAsync(step.Victims);
                    tally.Killed(step.Name);
                }
            }
            catch (Exception ex)
                when (ex is NpgsqlException or System.Net.Sockets.SocketException or IOException)
            {
                throw new InvalidOperationException($"The step '{step.Name}' broke.", ex);
            }
        }
        await ReviveAsync(step.Victims);
    }

    private async Task KillAsync(Victims victims)
    {
        if (victims.HasFlag(Victims.Postgres))
        {
            await stage.Postgres.KillAsync();
            tally.ServerDied();
        }
        if (victims.HasFlag(Victims.App))
        {
            await stage.App.KillAsync();
            tally.AppDied();
        }
    }

    private async Task ReviveAsync(Victims victims)
    {
        if (victims.HasFlag(Victims.Postgres))
        {
            await stage.Postgres.RestartAsync();
        }
        if (victims.HasFlag(Victims.App))
        {
            await stage.LeasesEndAsync();
            await stage.App.StartAsync();
        }
        else if (!await stage.App.IsBackAsync(comesBackWithin))
        {
            tally.Incident(
                stage.App.IsRunning
                    ? "The app was not ready 60 s after PostgreSQL was back."
                    : "The app ended when PostgreSQL was killed."
            );
            if (!stage.App.IsRunning)
            {
                await stage.LeasesEndAsync();
                await stage.App.StartAsync();
            }
        }
    }

    /// <summary>Now and then a provider breaks off after it took a message, or tells of it before it answers.</summary>
    private void MakeTrouble()
    {
        if (random.Next(3) == 0)
        {
            var account = Account.All[random.Next(4)];
            stage.Misbehave(account, new ChannelFaults { DropConnection = true, Times = 1 });
        }
        else if (random.Next(3) == 0)
        {
            stage.Misbehave(
                Account.All[random.Next(3)],
                new ChannelFaults { StatusesBeforeAnswer = true, Times = 20 }
            );
        }
    }
}
