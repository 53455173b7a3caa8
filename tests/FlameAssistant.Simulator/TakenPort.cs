using System.Net.Sockets;
using System.Text.Json;

namespace FlameAssistant.Simulator;

/// <summary>Who answers on the address that the simulator wants.</summary>
internal static class TakenPort
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public enum Owner
    {
        Nobody,
        Simulator,
        Stranger,
    }

    public static async Task<Owner> AskAsync(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Port == 0)
        {
            return Owner.Nobody;
        }

        var host = address.Host is "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            using var socket = new TcpClient();
            await socket.ConnectAsync(host, address.Port, limit.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return Owner.Nobody;
        }

        try
        {
            using var http = new HttpClient { Timeout = Patience };
            var health = new UriBuilder(address) { Host = host, Path = StateApi.HealthPath };
            using var answer = JsonDocument.Parse(await http.GetStringAsync(health.Uri));
            return
                answer.RootElement.TryGetProperty("simulator", out var name)
                && name.ValueEquals(StateApi.Name)
                ? Owner.Simulator
                : Owner.Stranger;
        }
        catch (Exception)
        {
            return Owner.Stranger;
        }
    }
}
