using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Web.Auth;
using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Web.Features.Account;

/// <param name="IsThis">The one that looks.</param>
internal sealed record SessionView(SessionRow Row, Device Device, bool IsThis);

/// <summary>Where a person is signed in; they end what they do not know, or no longer use.</summary>
internal sealed class SessionsFlow(UserManager<User> users, UserSessions sessions)
{
    public async Task<IReadOnlyList<SessionView>> ListAsync(
        ClaimsPrincipal person,
        CancellationToken ct
    )
    {
        var mine = FlameSessions.IdOf(person);
        var rows = await sessions.ListAsync(IdOf(person), ct);
        return
        [
            .. rows.Select(row => new SessionView(row, Device.Of(row.UserAgent), row.Id == mine))
                .OrderByDescending(view => view.IsThis),
        ];
    }

    public Task EndAsync(ClaimsPrincipal person, Guid id, CancellationToken ct) =>
        sessions.EndAsync(IdOf(person), id, ct);

    public Task EndOthersAsync(ClaimsPrincipal person, CancellationToken ct) =>
        sessions.EndOthersAsync(IdOf(person), FlameSessions.IdOf(person), ct);

    private Guid IdOf(ClaimsPrincipal person) =>
        Guid.TryParse(users.GetUserId(person), out var id) ? id : Guid.Empty;
}
