using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>What a gateway says of a number's session.</summary>
/// <param name="State">One of <see cref="SessionStates"/>.</param>
/// <param name="At">When it was so.</param>
/// <param name="IsRestricted">Null: it says nothing about that.</param>
/// <param name="RestrictedUntil">Null with a restriction: nobody knows, so a day.</param>
/// <param name="Reason">In English, for who must help.</param>
public sealed record SessionReport(
    string State,
    DateTimeOffset At,
    string? Account = null,
    string? AccountName = null,
    bool? IsRestricted = null,
    DateTimeOffset? RestrictedUntil = null,
    string? Reason = null
);

/// <summary>
/// Writes down how a session is, and what that means for its channel. Reports may come twice, late and in any order: the
/// latest holds. Its admins are told once when it is down and does not come back by itself.
/// </summary>
/// <param name="IsAsked">Whether we asked for it; else it came by itself, and who looks must look again.</param>
public sealed record NoteSession(Guid ChannelId, SessionReport Report, bool IsAsked)
    : ITenantOperation<bool>
{
    /// <summary>What comes back sooner than this was no trouble.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan UnknownRestriction = TimeSpan.FromDays(1);

    /// <returns>Whether anything that is shown has changed.</returns>
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (unit.Tenant.SchemaVersion < ChannelSession.Script)
        {
            return false;
        }
        // The channel's lock orders reports: two at once are one after the other.
        var channel = await unit
            .Db.Channels.FromSql($"SELECT * FROM integrations WHERE id = {ChannelId} FOR UPDATE")
            .SingleOrDefaultAsync(c => c.RemovedAt == null, ct);
        if (channel is null)
        {
            return ChannelErrors.NotFound;
        }
        var at = Report.At < unit.Now ? Report.At : unit.Now;
        var session = await unit.Db.Sessions.SingleOrDefaultAsync(
            s => s.ChannelId == ChannelId,
            ct
        );
        if (session is null)
        {
            session = new ChannelSession { ChannelId = ChannelId, State = SessionStates.Starting };
            unit.Db.Sessions.Add(session);
        }
        var before = (session.State, session.Account, channel.Status, channel.StatusDetail);
        var isNews = Restrict(session, at);
        if (session.ToldAt < at)
        {
            Take(session, at);
            isNews = true;
        }
        if (!isNews)
        {
            return false;
        }
        await MeanAsync(unit, channel, session, before.State, ct);
        await unit.Db.SaveChangesAsync(ct);
        var changed =
            before != (session.State, session.Account, channel.Status, channel.StatusDetail);
        if (changed || !IsAsked)
        {
            unit.Raise(LiveKinds.Channel, ChannelId);
        }
        return changed;
    }

    private void Take(ChannelSession session, DateTimeOffset at)
    {
        session.State = Report.State;
        session.ToldAt = at;
        session.Reason = Report.Reason;
        session.Account =
            Report.State is SessionStates.LoggedOut ? null : Report.Account ?? session.Account;
        session.AccountName =
            Report.State is SessionStates.LoggedOut
                ? null
                : Report.AccountName ?? session.AccountName;
    }

    private bool Restrict(ChannelSession session, DateTimeOffset at)
    {
        if (Report.IsRestricted is not { } isRestricted || session.RestrictionToldAt >= at)
        {
            return false;
        }
        session.RestrictionToldAt = at;
        session.RestrictedUntil = isRestricted
            ? Report.RestrictedUntil ?? at + UnknownRestriction
            : null;
        return true;
    }

    private async Task MeanAsync(
        TenantUnit unit,
        Channel channel,
        ChannelSession session,
        string stateBefore,
        CancellationToken ct
    )
    {
        // One that comes up, or whose gateway was away a moment, is what it was.
        var isPassing =
            session.State == SessionStates.Starting
            || (session.State == SessionStates.Unreachable && stateBefore != session.State);
        if (isPassing)
        {
            return;
        }
        var wasUp = channel.StatusDetail is ChannelDetails.Connected;
        channel.StatusDetail = session switch
        {
            { State: SessionStates.Working, IsRestricted: true } => ChannelDetails.Restricted,
            { State: SessionStates.Working } => ChannelDetails.Connected,
            { State: SessionStates.ScanQrCode } => ChannelDetails.QrRequired,
            _ => ChannelDetails.Disconnected,
        };
        var isDown = channel.StatusDetail != ChannelDetails.Connected;
        var reason = isDown ? session.Reason ?? ReasonOf(channel.StatusDetail!) : null;
        if (channel.Status is ChannelStatuses.Active or ChannelStatuses.Error)
        {
            channel.Status = session.State
                is SessionStates.Failed
                    or SessionStates.PasskeyRequired
                    or SessionStates.LoggedOut
                ? ChannelStatuses.Error
                : ChannelStatuses.Active;
            channel.ErrorMessage = reason;
        }
        if (session.State == SessionStates.Working)
        {
            await ChannelBreaker.ReleaseAsync(unit, ChannelId, ct);
        }
        if (!isDown)
        {
            (session.DownSince, session.IsTold) = (null, false);
            return;
        }
        // A number that was never linked is no news to who is about to link it.
        if (session.DownSince is null && !wasUp)
        {
            return;
        }
        session.DownSince ??= unit.Now;
        await TellAsync(unit, session, channel.StatusDetail!, reason!, ct);
    }

    private async Task TellAsync(
        TenantUnit unit,
        ChannelSession session,
        string detail,
        string reason,
        CancellationToken ct
    )
    {
        var isFinal =
            SessionStates.NeedsPerson(session.State) || detail == ChannelDetails.Restricted;
        if (session.IsTold || !(isFinal || unit.Now - session.DownSince >= Patience))
        {
            return;
        }
        session.IsTold = true;
        await ChannelTrouble.NoteAsync(unit, ChannelId, $"session_{session.State}", reason, ct);
        await ChannelTrouble.TellAdminsAsync(unit, ChannelId, reason, ct);
    }

    private static string ReasonOf(string detail) =>
        detail switch
        {
            ChannelDetails.QrRequired =>
                "The number is not linked: scan the code on the channel's page with the phone.",
            ChannelDetails.Restricted => "WhatsApp restricts this number for a while.",
            _ => "The number is not connected: see the channel's page.",
        };
}
