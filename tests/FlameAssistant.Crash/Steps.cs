using System.Net.Sockets;
using System.Text;
using FlameAssistant.Simulator.WhatsApp;
using Npgsql;

namespace FlameAssistant.Crash;

/// <summary>Who is killed at the end of a step.</summary>
[Flags]
internal enum Victims
{
    App = 1,
    Postgres = 2,
    Both = App | Postgres,
}

/// <summary>A place in the product's work at which something is killed.</summary>
/// <param name="IsReached">Waits for the place and holds the product there; false when it did not come.</param>
internal sealed record Step(string Name, Victims Victims, Func<Hold, Task<bool>> IsReached);

/// <summary>The named steps. What is held by a lock is held in the middle of transactions, of many at once.</summary>
internal sealed class Steps(Stage stage, Customers customers, Random random)
{
    private static readonly TimeSpan soon = TimeSpan.FromSeconds(4);

    public const int Count = 13;

    public IReadOnlyList<Step> All =>
        [
            new("app: any moment", Victims.App, AnyMomentAsync),
            new("app: half of a webhook's body has come", Victims.App, HalfABodyAsync),
            new("app: a message has just been answered with 200", Victims.App, JustTakenAsync),
            new("app: messages half stored", Victims.App, HalfStoredAsync),
            new("app: messages stored, the journal not marked", Victims.App, NotMarkedAsync),
            new("app: outbox claimed, sending not committed", Victims.App, ClaimedAsync),
            new("app: the provider has the request, no answer yet", Victims.App, UnansweredAsync),
            new("app: the provider has answered, nothing committed", Victims.App, AnsweredAsync),
            new("PostgreSQL: any moment", Victims.Postgres, AnyMomentAsync),
            new("PostgreSQL: messages half stored", Victims.Postgres, HalfStoredAsync),
            new("PostgreSQL: commits under way", Victims.Postgres, CommittingAsync),
            new(
                "PostgreSQL: the provider has answered, nothing committed",
                Victims.Postgres,
                AnsweredAsync
            ),
            new("both: any moment", Victims.Both, AnyMomentAsync),
        ];

    private async Task<bool> AnyMomentAsync(Hold hold)
    {
        await Task.Delay(random.Next(200, 1500));
        return true;
    }

    private async Task<bool> JustTakenAsync(Hold hold)
    {
        var taken = customers.NextTaken();
        return await Task.WhenAny(taken, Task.Delay(soon)) == taken;
    }

    private async Task<bool> HalfABodyAsync(Hold hold)
    {
        var account = Account.All[random.Next(3)];
        var body = ProviderBodies.Of([new Question(9_999_999, account, 0)], DateTimeOffset.UtcNow);
        var (header, proof) = ProviderBodies.Proof(account, body);
        var uri = new Uri(stage.App.Url);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        hold.Keep(socket);
        await socket.ConnectAsync(uri.Host, uri.Port);
        var head = Encoding.ASCII.GetBytes(
            $"POST {Stage.PathOf(account)} HTTP/1.1\r\nHost: {uri.Authority}\r\nContent-Type: application/json\r\n{header}: {proof}\r\nContent-Length: {body.Length}\r\n\r\n"
        );
        await socket.SendAsync((byte[])[.. head, .. body.AsSpan(0, body.Length / 2)]);
        return true;
    }

    private async Task<bool> HalfStoredAsync(Hold hold)
    {
        await hold.LockAsync("LOCK TABLE messages IN EXCLUSIVE MODE");
        return await IsSomebodyWaitingAsync();
    }

    private async Task<bool> CommittingAsync(Hold hold)
    {
        if (!await HalfStoredAsync(hold))
        {
            return false;
        }
        await hold.LetGoAsync();
        await Task.Delay(random.Next(12));
        return true;
    }

    private async Task<bool> NotMarkedAsync(Hold hold)
    {
        // Whatever is in work now gets done, and cannot be marked as done.
        await hold.LockAsync(
            "SELECT FROM shared.inbound_events WHERE state = 'pending' AND attempts > 0 FOR UPDATE SKIP LOCKED"
        );
        return await IsSomebodyWaitingAsync();
    }

    private async Task<bool> ClaimedAsync(Hold hold)
    {
        await hold.LockAsync("LOCK TABLE messages IN EXCLUSIVE MODE");
        return await Patience.IsSoonAsync(
            () =>
                stage.Database.AskAsync<bool>(
                    """
                    SELECT EXISTS (SELECT FROM shared.outbox o JOIN messages m ON m.id = o.subject_id
                                    WHERE o.kind = 'message.deliver' AND o.leased_by IS NOT NULL AND o.available_at > now()
                                      AND m.status = 'pending')
                    """,
                    stage.Tenant
                ),
            soon
        );
    }

    private async Task<bool> UnansweredAsync(Hold hold)
    {
        hold.Misbehave(new ChannelFaults { DelayMs = 60_000 });
        var before = stage.Simulator.Accepted().Count;
        return await Patience.IsSoonAsync(
            () => Task.FromResult(stage.Simulator.Accepted().Count > before),
            soon
        );
    }

    private async Task<bool> AnsweredAsync(Hold hold)
    {
        hold.Misbehave(new ChannelFaults { DelayMs = 400 });
        var before = stage.Simulator.Accepted().Count;
        if (
            !await Patience.IsSoonAsync(
                () => Task.FromResult(stage.Simulator.Accepted().Count > before),
                soon
            )
        )
        {
            return false;
        }
        await hold.LockAsync("LOCK TABLE messages IN EXCLUSIVE MODE");
        // Longer than the providers' answers take.
        await Task.Delay(600);
        return await IsSomebodyWaitingAsync();
    }

    private Task<bool> IsSomebodyWaitingAsync() =>
        Patience.IsSoonAsync(
            () =>
                stage.Database.AskAsync<bool>(
                    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
                ),
            soon
        );
}

/// <summary>What a step holds, until its victims are dead.</summary>
internal sealed class Hold(Stage stage) : IAsyncDisposable
{
    private readonly List<IDisposable> kept = [];
    private NpgsqlConnection? connection;
    private NpgsqlTransaction? transaction;

    public void Keep(IDisposable thing) => kept.Add(thing);

    public void Misbehave(ChannelFaults faults)
    {
        foreach (var account in Account.All.Where(a => a.Id.Length > 0))
        {
            stage.Misbehave(account, faults);
        }
    }

    public async Task LockAsync(string sql)
    {
        connection = await stage.Database.OpenOwnerAsync(stage.Tenant);
        transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
    }

    public async Task LetGoAsync()
    {
        if (transaction is not null)
        {
            await transaction.RollbackAsync();
        }
        transaction = null;
    }

    public async ValueTask DisposeAsync()
    {
        kept.ForEach(thing => thing.Dispose());
        Misbehave(new ChannelFaults());
        try
        {
            await LetGoAsync();
        }
        catch (Exception ex) when (ex is NpgsqlException or InvalidOperationException)
        {
            // Its server is dead.
        }
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}
