using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Channels;

/// <summary>A number that a gateway holds linked, as a phone links a browser. There is no row until the gateway said something.</summary>
public sealed class ChannelSession
{
    /// <summary>The tenant's script that brings the table.</summary>
    internal const int Script = 16;

    public Guid ChannelId { get; set; }

    /// <summary>One of <see cref="SessionStates"/>.</summary>
    public required string State { get; set; }

    public DateTimeOffset ToldAt { get; set; }

    /// <summary>In English; null while all is well.</summary>
    public string? Reason { get; set; }

    /// <summary>The linked number, digits only.</summary>
    public string? Account { get; set; }

    public string? AccountName { get; set; }

    /// <summary>WhatsApp lets it write less until then.</summary>
    public DateTimeOffset? RestrictedUntil { get; set; }

    public DateTimeOffset? RestrictionToldAt { get; set; }

    /// <summary>Whether WhatsApp restricted it when its gateway last said something.</summary>
    internal bool IsRestricted => RestrictedUntil > ToldAt;

    public DateTimeOffset? DownSince { get; set; }

    /// <summary>Whether the admins know that it is down.</summary>
    public bool IsTold { get; set; }

    /// <summary>No message goes out before.</summary>
    public DateTimeOffset? NextSendAt { get; set; }
}

public static class SessionStates
{
    public const string Starting = "starting";
    public const string ScanQrCode = "scan_qr_code";
    public const string Working = "working";
    public const string Stopped = "stopped";
    public const string Failed = "failed";

    /// <summary>The phone asks for a passkey, which no gateway can give.</summary>
    public const string PasskeyRequired = "passkey_required";

    /// <summary>Somebody unlinked it, on the phone or here.</summary>
    public const string LoggedOut = "logged_out";

    /// <summary>The gateway itself does not answer.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>States that end by a person only.</summary>
    internal static bool NeedsPerson(string state) =>
        state is ScanQrCode or Failed or PasskeyRequired or LoggedOut;
}

internal sealed class ChannelSessionConfiguration
    : IEntityTypeConfiguration<ChannelSession>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<ChannelSession> builder)
    {
        builder.ToTable("channel_sessions");
        builder.HasKey(s => s.ChannelId);
        builder.Property(s => s.ChannelId).ValueGeneratedNever();
        builder.Ignore(s => s.IsRestricted);
    }
}
