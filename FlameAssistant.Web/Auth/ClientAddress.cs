using System.Net;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace FlameAssistant.Web.Auth;

/// <summary>
/// From where the person of this circuit works, for the audit. A circuit has no request of its own: the address is that of
/// its connection, noted whenever one is made, also after a break by another network.
/// </summary>
internal sealed class ClientAddress(IHttpContextAccessor http) : CircuitHandler
{
    /// <summary>Null where there is no circuit.</summary>
    public IPAddress? Ip { get; private set; }

    /// <summary>An IPv4 address as such, also where it came to a socket of IPv6.</summary>
    public static IPAddress? Of(HttpContext? context) =>
        context?.Connection.RemoteIpAddress is { } ip
            ? ip.IsIPv4MappedToIPv6
                ? ip.MapToIPv4()
                : ip
            : null;

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Ip = Of(http.HttpContext) ?? Ip;
        return Task.CompletedTask;
    }
}
