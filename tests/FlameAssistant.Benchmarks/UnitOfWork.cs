using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FlameAssistant.Benchmarks;

/// <summary>What the tenant's walls cost: one row by its key, plain and through a unit of work.</summary>
internal static class UnitOfWork
{
    public static async Task RunAsync()
    {
        await using var database = await TestDatabase.CreateAsync();
        var tenant = await database.NewTenantAsync("bench");
        var channel = await database.NewChannelAsync(tenant);
        var id = Guid.Empty;
        for (var i = 0; i < 500; i++)
        {
            id = (
                await database.ReceiveAsync(tenant, channel, $"54911{i:0000000}", "Hello")
            ).MessageId;
        }
        // The same rows without row-level security, to compare with.
        await database.ExecuteAsync(
            "CREATE TABLE shared.plain_messages AS SELECT * FROM messages; ALTER TABLE shared.plain_messages ADD PRIMARY KEY (id); GRANT SELECT ON shared.plain_messages TO flame_app",
            tenant
        );

        var plain = new Sample("plain query, no walls (Npgsql)");
        var raw = new Sample("transaction with the tenant's settings (Npgsql)");
        var unit = new Sample("unit of work, one value by EF Core");
        await Sample.AlternateAsync(
            warmUp: 300,
            rounds: 3000,
            (plain, PlainAsync),
            (raw, RawAsync),
            (unit, UnitAsync)
        );
        Sample.Print("Unit of work against a plain query", plain, raw, unit);

        async Task PlainAsync()
        {
            await using var command = database.Sources.App.CreateCommand(
                "SELECT content FROM shared.plain_messages WHERE id = $1"
            );
            command.Parameters.Add(new() { Value = id });
            await command.ExecuteScalarAsync();
        }

        async Task RawAsync()
        {
            await using var connection = await database.Sources.App.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (
                var settings = new NpgsqlCommand(
                    $"""
                    SET LOCAL search_path = {tenant.SchemaName}, public; SET LOCAL app.current_tenant_id = '{tenant.Id}';
                    SET LOCAL app.current_user_id = ''; SET LOCAL app.current_actor = 'system:'; SET LOCAL app.current_ip = ''
                    """,
                    connection
                )
            )
            {
                await settings.ExecuteNonQueryAsync();
            }
            await using (
                var command = new NpgsqlCommand(
                    "SELECT content FROM messages WHERE id = $1",
                    connection
                )
            )
            {
                command.Parameters.Add(new() { Value = id });
                await command.ExecuteScalarAsync();
            }
            await transaction.CommitAsync();
        }

        Task UnitAsync() =>
            database.Units.ReadAsync(
                tenant,
                Actor.System,
                (open, ct) =>
                    open.Db.Messages.Where(m => m.Id == id).Select(m => m.Content).SingleAsync(ct),
                CancellationToken.None
            );
    }
}
