using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Gateways;

/// <summary>The sessions of both gateways: started, shown a code for, linked, lost. Every change is told by a webhook.</summary>
internal sealed class GatewaySessions(
    SimulatorOptions options,
    SimulatorState state,
    WebhookLanes lanes,
    ProviderList providers
)
{
    private const int MostCodes = 6;

    /// <summary>In a lane of their own, and in order.</summary>
    private static readonly Customer lane = new() { Phone = "session" };

    private readonly ConcurrentDictionary<string, GatewaySession> _sessions = new(
        StringComparer.Ordinal
    );

    /// <summary>Which start of a session is the latest: the codes of an earlier one end.</summary>
    private readonly ConcurrentDictionary<string, object> _runs = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, byte> _put = new(StringComparer.Ordinal);

    public GatewaySession? Find(string name) => _sessions.GetValueOrDefault(name);

    public void Forget(string name) => _sessions.TryRemove(name, out _);

    public void Clear()
    {
        _sessions.Clear();
        _put.Clear();
    }

    /// <summary>Linked from the start, as the demo's number is; what is done with it afterwards stays.</summary>
    public void PutLinked(string name, string phone)
    {
        if (_put.TryAdd(name, 0) && Find(name)?.State != GatewayStates.Working)
        {
            Set(
                new GatewaySession
                {
                    Name = name,
                    State = GatewayStates.Working,
                    Me = phone,
                }
            );
        }
    }

    /// <summary>Comes up: linked where it was before, else with a code to scan.</summary>
    public void Start(string name)
    {
        var me = Find(name)?.Me;
        Set(
            new GatewaySession
            {
                Name = name,
                State = GatewayStates.Starting,
                Me = me,
            }
        );
        var run = new object();
        _runs[name] = run;
        _ = ComeUpAsync(name, me, run);
    }

    public void Scan(string name, string phone) => Link(name, phone);

    /// <summary>The phone's owner types the code.</summary>
    public bool Pair(string name, string code, string phone)
    {
        if (Find(name) is not { PairingCode: { } right } || !Same(code, right))
        {
            return false;
        }
        Link(name, phone);
        return true;
    }

    /// <returns>Null where no code is shown just now.</returns>
    public string? AskPairingCode(string name)
    {
        if (Find(name) is not { State: GatewayStates.ScanQrCode } session)
        {
            return null;
        }
        var code = RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ123456789", 8);
        var shown = $"{code[..4]}-{code[4..]}";
        _sessions[name] = session with { PairingCode = shown };
        state.Changed.Raise();
        return shown;
    }

    public void Stop(string name, string reached = GatewayStates.Stopped)
    {
        if (Find(name) is { } session)
        {
            Set(session with { State = reached, Qr = null, PairingCode = null });
        }
    }

    public void LogOut(string name)
    {
        if (Find(name) is { } session)
        {
            Set(
                new GatewaySession
                {
                    Name = session.Name,
                    State = GatewayStates.Stopped,
                    IsLoggedOut = true,
                }
            );
        }
    }

    public void Restrict(string name, bool isRestricted)
    {
        if (Find(name) is { State: GatewayStates.Working } session)
        {
            Set(session with { IsRestricted = isRestricted });
        }
    }

    private void Link(string name, string phone)
    {
        if (Find(name) is { State: GatewayStates.ScanQrCode } session)
        {
            Set(
                new GatewaySession
                {
                    Name = session.Name,
                    State = GatewayStates.Working,
                    Me = PhoneDigits.Of(phone),
                }
            );
        }
    }

    private async Task ComeUpAsync(string name, string? me, object run)
    {
        var running = lanes.Running;
        try
        {
            await Task.Delay(options.StatusDelay, options.Clock, running);
            if (me is not null)
            {
                Set(
                    new GatewaySession
                    {
                        Name = name,
                        State = GatewayStates.Working,
                        Me = me,
                    }
                );
                return;
            }
            for (var count = 1; count <= MostCodes; count++)
            {
                if (
                    _runs.GetValueOrDefault(name) != run
                    || Find(name)
                        is not { State: GatewayStates.Starting or GatewayStates.ScanQrCode }
                )
                {
                    return;
                }
                Set(
                    new GatewaySession
                    {
                        Name = name,
                        State = GatewayStates.ScanQrCode,
                        Qr = NewCode(),
                        QrCount = count,
                        PairingCode = Find(name)?.PairingCode,
                    }
                );
                await Task.Delay(options.QrLasts, options.Clock, running);
            }
            if (
                _runs.GetValueOrDefault(name) == run
                && Find(name) is { State: GatewayStates.ScanQrCode }
            )
            {
                Stop(name, GatewayStates.Failed);
            }
        }
        catch (OperationCanceledException)
        {
            // Wiped or stopping: nobody waits for the rest.
        }
    }

    private void Set(GatewaySession session)
    {
        var isRemade = _sessions.TryGetValue(session.Name, out var before) && before == session;
        if (isRemade)
        {
            return;
        }
        _sessions[session.Name] = session;
        state.Changed.Raise();
        if (
            state.Channels.Find(session.Name) is { WebhookUrl.Length: > 0 } channel
            && providers.Of(channel) is IGatewayProvider gateway
        )
        {
            _ = lanes.Enqueue(channel.PhoneNumberId, lane, gateway.Session(channel, session));
        }
    }

    private static string NewCode() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"2@{RandomNumberGenerator.GetHexString(32)},{RandomNumberGenerator.GetHexString(24)},{RandomNumberGenerator.GetHexString(24)}"
        );

    private static bool Same(string typed, string right) =>
        typed
            .Replace("-", "", StringComparison.Ordinal)
            .Trim()
            .Equals(
                right.Replace("-", "", StringComparison.Ordinal),
                StringComparison.OrdinalIgnoreCase
            );
}
