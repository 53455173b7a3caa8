using FlameAssistant.Data.Members;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace FlameAssistant.Web.Auth;

/// <summary>
/// A circuit outlives its cookie's checks: an ended session, a changed password or a deactivated person ends it here,
/// within five seconds.
/// </summary>
internal sealed class CircuitRevalidation(ILoggerFactory loggers, UserSessions sessions)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(2.5);

    protected override Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState,
        CancellationToken cancellationToken
    ) => sessions.IsAliveAsync(FlameSessions.IdOf(authenticationState.User), cancellationToken);
}
