namespace FlameAssistant.Simulator.Gateways;

/// <summary>As WAHA calls them; Evolution has fewer words for the same.</summary>
public static class GatewayStates
{
    public const string Starting = "STARTING";
    public const string ScanQrCode = "SCAN_QR_CODE";
    public const string Working = "WORKING";
    public const string Stopped = "STOPPED";
    public const string Failed = "FAILED";
    public const string PasskeyRequired = "PASSKEY_REQUIRED";
}

/// <summary>A number that a gateway holds, at one moment.</summary>
public sealed record GatewaySession
{
    public required string Name { get; init; }

    public string State { get; init; } = GatewayStates.Stopped;

    /// <summary>What the phone is to scan; another one every while.</summary>
    public string? Qr { get; init; }

    /// <summary>How many codes there were in a row.</summary>
    public int QrCount { get; init; }

    public string? PairingCode { get; init; }

    /// <summary>The phone that is linked, digits only.</summary>
    public string? Me { get; init; }

    /// <summary>WhatsApp lets it write less.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>Whether the phone itself ended it.</summary>
    public bool IsLoggedOut { get; init; }
}
