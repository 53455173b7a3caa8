using System.Collections.Concurrent;
using FlameAssistant.Data.Conversations;
using Npgsql;

namespace FlameAssistant.Crash;

/// <summary>Answers into conversations that are there, at the pace at which questions come; by a key each, until they are stored.</summary>
internal sealed class Agents(Stage stage, CrashOptions options, Pace pace)
{
    private const int AtOnce = 4;
    private readonly ConcurrentBag<Answer> written = [];

    public IReadOnlyCollection<Answer> Written => written;

    public async Task WriteAsync(CancellationToken ct)
    {
        var random = new Random(options.Seed + 1);
        for (var next = 0; next < options.Answers; )
        {
            await pace.TakeAsync(ct);
            // Everybody who has written by now.
            var conversations = await ConversationsAsync(ct);
            var batch = new List<Task>();
            do
            {
                batch.Add(WriteAsync(next++, conversations[random.Next(conversations.Count)]));
            } while (batch.Count < AtOnce && pace.TryTake());
            await Task.WhenAll(batch);
        }
    }

    private async Task WriteAsync(int number, (Guid Id, string Type) place)
    {
        var key = $"crash-{number}";
        var sent = await Patience.RunAsync(() =>
            stage.Database.DoAsync(
                stage.Tenant,
                stage.Agent,
                new SendMessage(place.Id, Answer.TextOf(number), key)
            )
        );
        written.Add(new Answer(number, sent.Id, place.Id, place.Type));
    }

    private async Task<List<(Guid Id, string Type)>> ConversationsAsync(CancellationToken ct)
    {
        while (true)
        {
            var found = await Patience.RunAsync(FindAsync);
            if (found.Count > 0)
            {
                return found;
            }
            await Task.Delay(100, ct);
        }
    }

    private async Task<List<(Guid Id, string Type)>> FindAsync()
    {
        await using var connection = await stage.Database.OpenOwnerAsync(stage.Tenant);
        await using var command = new NpgsqlCommand(
            "SELECT c.id, i.type FROM conversations c JOIN integrations i ON i.id = c.channel_id WHERE c.status <> 'resolved' ORDER BY c.id",
            connection
        );
        var found = new List<(Guid, string)>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            found.Add((reader.GetGuid(0), reader.GetString(1)));
        }
        return found;
    }
}
