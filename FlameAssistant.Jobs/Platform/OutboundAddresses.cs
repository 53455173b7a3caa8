using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Platform;

/// <summary><c>Flame__Outbound__AllowedPrivateHosts</c>: hosts that may be private addresses (gateways, local AI, the simulator).</summary>
public sealed class OutboundOptions
{
    public IList<string> AllowedPrivateHosts { get; } = [];

    /// <summary>In Development this machine's own addresses are where fakes and gateways are.</summary>
    public bool AllowLoopback { get; set; }
}

/// <summary>
/// Connects only to public addresses: the name is resolved, refused if any of its addresses is special-purpose, and the
/// connection goes to the address that was checked, so that a second look-up cannot change it.
/// </summary>
public sealed class OutboundAddresses(IOptions<OutboundOptions> options)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private static readonly IPNetwork[] special =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/96",
            "::ffff:0:0/96",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    public static bool IsSpecial(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(
            special,
            network =>
                network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain)
        );
    }

    private bool IsRefused(IPAddress address) =>
        IsSpecial(address) && !(options.Value.AllowLoopback && IPAddress.IsLoopback(address));

    internal SocketsHttpHandler NewHandler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = ConnectAsync,
        };

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken ct
    )
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(ConnectTimeout);
        var addresses = await Dns.GetHostAddressesAsync(host, timeout.Token);
        var allowed = options.Value.AllowedPrivateHosts.Contains(
            host,
            StringComparer.OrdinalIgnoreCase
        );
        if (addresses.Length == 0 || (!allowed && Array.Exists(addresses, IsRefused)))
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError,
                $"The host {host} is a private address, which is refused: an operator can allow it in Flame__Outbound__AllowedPrivateHosts."
            );
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, timeout.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException ex)
        {
            socket.Dispose();
            throw new HttpRequestException(HttpRequestError.ConnectionError, ex.Message, ex);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Nothing was sent yet, which the caller must be able to tell from an answer that got lost.
            socket.Dispose();
            throw new HttpRequestException(
                HttpRequestError.ConnectionError,
                $"{host} did not answer within {ConnectTimeout.TotalSeconds} s."
            );
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
