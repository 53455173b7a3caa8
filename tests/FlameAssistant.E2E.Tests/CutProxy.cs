using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FlameAssistant.E2E.Tests;

/// <summary>
/// The network between a browser and the app. It can be cut, and it can swallow what goes one way while both ends still
/// believe in the connection: what a phone in a lift does.
/// </summary>
public sealed class CutProxy : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly Uri target;
    private readonly ConcurrentDictionary<TcpClient, byte> open = [];
    private readonly CancellationTokenSource gone = new();
    private readonly Task accepting;
    private volatile bool isCut;
    private volatile bool swallowsRequests;
    private volatile bool swallowsAnswers;

    public CutProxy(string targetUrl)
    {
        target = new Uri(targetUrl);
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Url = $"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";
        accepting = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>From now on what the browser says is lost on the way.</summary>
    public void SwallowRequests() => swallowsRequests = true;

    /// <summary>From now on what the app answers is lost on the way.</summary>
    public void SwallowAnswers() => swallowsAnswers = true;

    /// <summary>Every connection breaks, and none can be made.</summary>
    public void Cut()
    {
        isCut = true;
        foreach (var client in open.Keys)
        {
            client.Close();
        }
    }

    public void Mend() => isCut = swallowsRequests = swallowsAnswers = false;

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        listener.Stop();
        Cut();
        await accepting;
        gone.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var browser = await listener.AcceptTcpClientAsync(gone.Token);
                _ = CarryAsync(browser);
            }
        }
        catch (Exception ex)
            when (ex is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(TcpClient browser)
    {
        using var app = new TcpClient();
        using (browser)
        {
            open[browser] = open[app] = 0;
            try
            {
                if (isCut)
                {
                    return;
                }
                await app.ConnectAsync(target.Host, target.Port, gone.Token);
                await Task.WhenAny(
                    PassAsync(browser.GetStream(), app.GetStream(), () => swallowsRequests),
                    PassAsync(app.GetStream(), browser.GetStream(), () => swallowsAnswers)
                );
            }
            catch (Exception ex)
                when (ex
                        is IOException
                            or SocketException
                            or OperationCanceledException
                            or InvalidOperationException
                )
            {
                // One end went, or the app is away.
            }
            finally
            {
                open.TryRemove(browser, out _);
                open.TryRemove(app, out _);
            }
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, Func<bool> isLost)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, gone.Token)) > 0)
            {
                if (!isLost())
                {
                    await to.WriteAsync(buffer.AsMemory(0, read), gone.Token);
                }
            }
        }
        catch (Exception ex)
            when (ex is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Broken: the other direction goes with it.
        }
    }
}
