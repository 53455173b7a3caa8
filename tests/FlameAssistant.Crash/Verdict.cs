using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using Npgsql;

namespace FlameAssistant.Crash;

/// <summary>What became of one channel's messages.</summary>
internal sealed record Count(string Channel)
{
    public int Written { get; set; }
    public int Stored { get; set; }
    public int Answers { get; set; }
    public int Arrived { get; set; }

    /// <summary>Nobody knows, and it says so.</summary>
    public int Unknown { get; set; }
    public int Failed { get; set; }
    public int Lost { get; set; }
    public int Doubled { get; set; }
}

/// <summary>Counts what was written against what is in the database, at the providers and on the visitors' pages.</summary>
internal sealed class Verdict(Stage stage, Customers customers, Agents agents, Tally tally)
{
    private readonly List<string> violations = [.. tally.Incidents];

    public IReadOnlyList<string> Violations => violations;

    public async Task<IReadOnlyList<Count>> CountAsync()
    {
        var counts = Account.All.ToDictionary(
            a => a.Type,
            a => new Count(a.Type),
            StringComparer.Ordinal
        );
        await QuestionsAsync(counts);
        await AnswersAsync(counts);
        await LeftOversAsync();
        return [.. counts.Values];
    }

    private async Task QuestionsAsync(Dictionary<string, Count> counts)
    {
        var stored = await RowsAsync(
            "SELECT content, count(*)::text FROM messages WHERE NOT is_from_me GROUP BY content",
            row => (Text: row.GetString(0), Times: row.GetString(1))
        );
        var times = stored.ToDictionary(
            s => s.Text,
            s => int.Parse(s.Times, System.Globalization.CultureInfo.InvariantCulture),
            StringComparer.Ordinal
        );
        foreach (var question in customers.Questions)
        {
            var count = counts[question.Account.Type];
            count.Written++;
            times.Remove(question.Text, out var found);
            switch (found)
            {
                case 0:
                    count.Lost++;
                    violations.Add($"{question.Account.Type}: '{question.Text}' is lost.");
                    break;
                case 1:
                    count.Stored++;
                    break;
                default:
                    count.Doubled++;
                    violations.Add(
                        $"{question.Account.Type}: '{question.Text}' is there {found} times."
                    );
                    break;
            }
        }
        violations.AddRange(times.Keys.Select(text => $"Nobody wrote '{text}'."));
    }

    private async Task AnswersAsync(Dictionary<string, Count> counts)
    {
        var rows = (
            await RowsAsync(
                "SELECT content, status FROM messages WHERE is_from_me",
                row => (Text: row.GetString(0), Status: row.GetString(1))
            )
        ).ToLookup(row => row.Text, row => row.Status, StringComparer.Ordinal);
        var arrived = await ArrivedAsync();
        foreach (var answer in agents.Written)
        {
            var count = counts[answer.Type];
            count.Answers++;
            var statuses = rows[answer.Text].ToList();
            if (statuses.Count != 1)
            {
                violations.Add(
                    $"{answer.Type}: '{answer.Text}' is in the database {statuses.Count} times."
                );
                _ = statuses.Count == 0 ? count.Lost++ : count.Doubled++;
                continue;
            }
            Judge(answer, statuses[0], arrived.GetValueOrDefault(answer.Text)?.Count ?? 0, count);
        }
        var known = agents.Written.Select(a => a.Text).ToHashSet(StringComparer.Ordinal);
        violations.AddRange(
            arrived.Keys.Where(text => !known.Contains(text)).Select(t => $"Nobody sent '{t}'.")
        );
        await OrderAsync(arrived);
    }

    private void Judge(Answer answer, string status, int times, Count count)
    {
        var isRight = (status, times) switch
        {
            (_, > 1) => false,
            (MessageStatuses.Unknown, _) => true,
            (MessageStatuses.Failed, _) => times == 0,
            (MessageStatuses.Pending or MessageStatuses.Sending, _) => false,
            _ => times == 1,
        };
        if (times > 1)
        {
            count.Doubled++;
        }
        else if (status == MessageStatuses.Unknown)
        {
            count.Unknown++;
        }
        else if (status == MessageStatuses.Failed)
        {
            count.Failed++;
        }
        else if (isRight)
        {
            count.Arrived++;
        }
        else
        {
            count.Lost++;
        }
        if (!isRight)
        {
            violations.Add(
                $"{answer.Type}: '{answer.Text}' ({answer.MessageId}) is {status} and arrived {times} times."
            );
        }
    }

    /// <summary>At the providers, and on the visitors' pages, each with its place there.</summary>
    private async Task<Dictionary<string, List<long>>> ArrivedAsync()
    {
        var arrived = new Dictionary<string, List<long>>(StringComparer.Ordinal);
        foreach (
            var message in stage.Simulator.Accepted().Where(m => m.Type is "text" or "sendMessage")
        )
        {
            Add(message.Text!, message.Number);
        }
        foreach (var visitor in customers.Visitors)
        {
            foreach (var message in await customers.PageOfAsync(visitor))
            {
                if ((string)message["direction"]! == "out")
                {
                    Add((string)message["text"]!, (long)message["rev"]!);
                }
            }
        }
        return arrived;

        void Add(string text, long place)
        {
            if (!arrived.TryGetValue(text, out var places))
            {
                arrived[text] = places = [];
            }
            places.Add(place);
        }
    }

    /// <summary>Within a conversation they arrive as they were written.</summary>
    private async Task OrderAsync(Dictionary<string, List<long>> arrived)
    {
        var written = await RowsAsync(
            "SELECT conversation_id, content FROM messages WHERE is_from_me ORDER BY conversation_id, seq",
            row => (Conversation: row.GetGuid(0), Text: row.GetString(1))
        );
        foreach (var conversation in written.GroupBy(w => w.Conversation))
        {
            var places = conversation
                .Where(w => arrived.ContainsKey(w.Text))
                .Select(w => arrived[w.Text][0])
                .ToList();
            if (!places.SequenceEqual(places.Order()))
            {
                violations.Add($"The answers of conversation {conversation.Key} changed places.");
            }
        }
    }

    private async Task LeftOversAsync()
    {
        foreach (
            var (what, sql) in new[]
            {
                (
                    "bodies wait in the journal",
                    "SELECT count(*) FROM shared.inbound_events WHERE state = 'pending'"
                ),
                ("bodies are in quarantine", "SELECT count(*) FROM shared.inbound_quarantine"),
                (
                    "deliveries wait in the outbox",
                    "SELECT count(*) FROM shared.outbox WHERE kind = 'message.deliver'"
                ),
                (
                    "conversations count another number of messages than they have",
                    """
                    SELECT count(*) FROM conversations c
                     WHERE inbound_seq <> (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND NOT m.is_from_me)
                    """
                ),
                (
                    "customers have more than one conversation",
                    "SELECT count(*) FROM (SELECT FROM conversations GROUP BY channel_id, contact_id HAVING count(*) > 1) d"
                ),
            }
        )
        {
            var count = await stage.AskAsync<long>(sql);
            if (count > 0)
            {
                violations.Add($"{count} {what}.");
            }
        }
        var contacts = await stage.AskAsync<long>("SELECT count(*) FROM contacts");
        var people = customers.Questions.Select(q => (q.Account.Type, q.Customer)).Distinct();
        if (contacts != people.Count())
        {
            violations.Add($"There are {contacts} contacts of {people.Count()} people.");
        }
    }

    private Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read) =>
        Patience.RunAsync(async () =>
        {
            await using var connection = await stage.Database.OpenOwnerAsync(stage.Tenant);
            await using var command = new NpgsqlCommand(sql, connection);
            var rows = new List<T>();
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                rows.Add(read(reader));
            }
            return rows;
        });
}
