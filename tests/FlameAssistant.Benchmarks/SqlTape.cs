using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace FlameAssistant.Benchmarks;

/// <summary>Records the queries that EF Core sends, to play the very same ones without anything of ours around them.</summary>
internal sealed class SqlTape
    : IObserver<DiagnosticListener>,
        IObserver<KeyValuePair<string, object?>>
{
    private static readonly AsyncLocal<SqlTape?> current = new();

    private readonly List<(string Text, NpgsqlParameter[] Parameters)> commands = [];
    private readonly List<IDisposable> listening = [];

    public int Count => commands.Count;

    public static async Task<SqlTape> RecordAsync(Func<Task> work)
    {
        var tape = new SqlTape();
        current.Value = tape;
        tape.listening.Add(DiagnosticListener.AllListeners.Subscribe(tape));
        try
        {
            await work();
        }
        finally
        {
            current.Value = null;
            // Who listens makes each command dearer, and only ours.
            tape.listening.ForEach(one => one.Dispose());
        }
        return tape;
    }

    /// <summary>One after the other, each row read.</summary>
    public async Task PlayAsync(NpgsqlConnection connection)
    {
        foreach (var (text, parameters) in commands)
        {
            await using var command = new NpgsqlCommand(text, connection);
            foreach (var parameter in parameters)
            {
                command.Parameters.Add(parameter.Clone());
            }
            await using var reader = await command.ExecuteReaderAsync();
            var values = new object[reader.FieldCount];
            while (await reader.ReadAsync())
            {
                reader.GetValues(values);
            }
        }
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (string.Equals(value.Name, DbLoggerCategory.Name, StringComparison.Ordinal))
        {
            listening.Add(value.Subscribe(this));
        }
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (
            current.Value == this
            && value.Value is CommandEventData { ExecuteMethod: DbCommandMethod.ExecuteReader } data
            && string.Equals(
                value.Key,
                RelationalEventId.CommandExecuting.Name,
                StringComparison.Ordinal
            )
        )
        {
            commands.Add(
                (data.Command.CommandText, [.. data.Command.Parameters.Cast<NpgsqlParameter>()])
            );
        }
    }

    void IObserver<DiagnosticListener>.OnCompleted() { }

    void IObserver<DiagnosticListener>.OnError(Exception error) { }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted() { }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error) { }
}
