using FlameAssistant.Data.Channels;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>How a channel is shown to be: one word, and its colour.</summary>
internal static class ChannelState
{
    /// <returns>A key of the texts, after <c>State.</c></returns>
    public static string KeyOf(ChannelRow channel) =>
        channel switch
        {
            { Health.NeedsAuth: true } => "auth",
            { Status: ChannelStatuses.Error } => "error",
            { Status: ChannelStatuses.Pending } => "pending",
            { IsPaused: true } => "paused",
            { IsHeldBack: true } => "held",
            { StatusDetail: ChannelDetails.QrRequired } => "qr_required",
            { StatusDetail: ChannelDetails.Disconnected } => "disconnected",
            { StatusDetail: ChannelDetails.Restricted } => "restricted",
            _ => "active",
        };

    public static string? BadgeOf(ChannelRow channel) =>
        KeyOf(channel) switch
        {
            "active" => "badge-good",
            "auth" or "error" or "disconnected" or "restricted" => "badge-bad",
            "held" or "pending" or "qr_required" => "badge-wait",
            _ => null,
        };
}
