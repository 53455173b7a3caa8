using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Web.Features.Account;

/// <summary>An invitation accepted: the place is taken, and who had no account is signed in.</summary>
internal sealed class InvitationFlow(
    AcceptInvitation invitations,
    UserManager<User> users,
    SignInManager<User> signIn
)
{
    public Task<InvitationView?> FindAsync(string? token, CancellationToken ct) =>
        string.IsNullOrEmpty(token)
            ? Task.FromResult<InvitationView?>(null)
            : invitations.FindAsync(token, ct);

    public async Task<Result<InvitationView>> AcceptAsync(Acceptance asked, CancellationToken ct)
    {
        var accepted = await invitations.RunAsync(asked, ct);
        if (
            accepted is { IsOk: true, Value.NeedsPassword: true }
            && await users.FindByIdAsync(accepted.Value.UserId.ToString()) is { } user
        )
        {
            await signIn.SignInAsync(user, isPersistent: false);
        }
        return accepted;
    }
}
