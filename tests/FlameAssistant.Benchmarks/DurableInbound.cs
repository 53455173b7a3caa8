using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using FlameAssistant.Testing;
using NpgsqlTypes;

namespace FlameAssistant.Benchmarks;

/// <summary>Webhooks until they are durable, per second, against the bare INSERT of the same bodies.</summary>
internal static class DurableInbound
{
    private const string Secret = "app-secret";
    private const int Clients = 16;
    private const int PerRound = 4000;
    private const int Rounds = 5;

    public static async Task RunAsync()
    {
        await using var database = await TestDatabase.CreateAsync();
        var tenant = await database.NewTenantAsync("bench");
        var channel = await database.NewChannelAsync(
            tenant,
            accountId: "200300400500600",
            appSecret: Secret
        );
        await using var app = await AppUnderTest.StartAsync(database);

        var bare = new Sample("bare INSERT by Npgsql, 8 connections");
        var webhook = new Sample("signed webhook, 200 after the INSERT");
        await BareAsync(database, Bodies());
        await WebhooksAsync(app.Address, channel, Bodies());
        await ClearedAsync(database);
        for (var i = 0; i < Rounds; i++)
        {
            var bodies = Bodies();
            await bare.MeasureAsync(() => BareAsync(database, bodies));
            bodies = Bodies();
            await webhook.MeasureAsync(() => WebhooksAsync(app.Address, channel, bodies));
            await ClearedAsync(database);
        }
        Console.WriteLine();
        Console.WriteLine("### Durable inbound per second");
        Console.WriteLine();
        Console.WriteLine("| what | bodies per second (median of 5 rounds) | ratio |");
        Console.WriteLine("|---|---|---|");
        foreach (var sample in new[] { bare, webhook })
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {sample.Name} | {PerRound / sample.Median * 1000:0} | {bare.Median / sample.Median:0.00} |"
                )
            );
        }
        Console.WriteLine();
        Console.WriteLine(
            "The app's worker takes the messages into the inbox at the same time; the bare INSERT has the machine for itself."
        );
    }

    internal static List<byte[]> Bodies(int count = PerRound) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    Encoding.UTF8.GetBytes(
                        $$$"""
                        {"object":"whatsapp_business_account","entry":[{"id":"100200300400500","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"5511990000001","phone_number_id":"200300400500600"},"contacts":[{"profile":{"name":"Ana Souza"},"wa_id":"55119{{{i
                            % 400:0000}}}7777"}],"messages":[{"from":"55119{{{i
                            % 400:0000}}}7777","id":"wamid.{{{Guid.NewGuid():N}}}","timestamp":"{{{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}}}","type":"text","text":{"body":"Olá! Vocês entregam hoje?"}}]},"field":"messages"}]}]}
                        """
                    )
                ),
        ];

    private static async Task BareAsync(TestDatabase database, List<byte[]> bodies)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(InsertAsync)));

        async Task InsertAsync()
        {
            int i;
            while ((i = Interlocked.Increment(ref next)) < bodies.Count)
            {
                await using var command = database.Sources.Worker.CreateCommand(
                    "INSERT INTO shared.inbound_events (id, provider, channel_id, body, available_at, created_at, state) VALUES ($1, $2, $3, $4, $5, $5, 'done')"
                );
                command.Parameters.Add(new() { Value = Guid.CreateVersion7() });
                command.Parameters.Add(new() { Value = "whatsapp" });
                command.Parameters.Add(
                    new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }
                );
                command.Parameters.Add(new() { Value = bodies[i] });
                command.Parameters.Add(new() { Value = DateTimeOffset.UtcNow });
                await command.ExecuteNonQueryAsync();
            }
        }
    }

    /// <summary>A client of a few bytes per request, so that it is the app that is measured.</summary>
    internal static async Task WebhooksAsync(
        string address,
        Guid channel,
        List<byte[]> bodies,
        int clients = Clients
    )
    {
        var uri = new Uri(address);
        var requests = bodies.ConvertAll(body =>
        {
            var signature = Convert.ToHexStringLower(
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)
            );
            var head = Encoding.ASCII.GetBytes(
                $"POST /webhooks/whatsapp/{channel} HTTP/1.1\r\nHost: {uri.Authority}\r\nContent-Type: application/json\r\nX-Hub-Signature-256: sha256={signature}\r\nContent-Length: {body.Length}\r\n\r\n"
            );
            return (byte[])[.. head, .. body];
        });
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(PostAsync)));

        async Task PostAsync()
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, uri.Port);
            var answer = new byte[4096];
            int i;
            while ((i = Interlocked.Increment(ref next)) < requests.Count)
            {
                await socket.SendAsync(requests[i]);
                var read = await socket.ReceiveAsync(answer);
                if (read < 12 || answer[9] != (byte)'2')
                {
                    throw new InvalidOperationException(
                        $"The app answered: {Encoding.ASCII.GetString(answer, 0, read)}"
                    );
                }
            }
        }
    }

    /// <summary>
    /// Working on the messages is not what is measured, and takes far longer than storing them: what the worker has not
    /// taken yet is taken out of its way, and what it has in hand is waited for.
    /// </summary>
    internal static Task ClearedAsync(TestDatabase database) =>
        Eventually.IsTrueAsync(
            async () =>
                await database.AskAsync<long>(
                    """
                    WITH untaken AS (
                      UPDATE shared.inbound_events SET state = 'done', processed_at = now()
                       WHERE state = 'pending' AND attempts = 0 RETURNING 1)
                    SELECT count(*) FROM shared.inbound_events WHERE state = 'pending' AND attempts > 0
                    """
                ) == 0,
            within: TimeSpan.FromMinutes(2)
        );
}
