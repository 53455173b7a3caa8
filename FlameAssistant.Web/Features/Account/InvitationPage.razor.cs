using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Account;

/// <summary>Where an invitation's link leads: somebody new says their name, somebody known signs in.</summary>
public sealed partial class InvitationPage
{
    private InvitationView? invitation;
    private Error? error;
    private string? passwordProblem;

    [SupplyParameterFromQuery]
    private string? Token { get; set; }

    [SupplyParameterFromForm]
    private AcceptForm? Form { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private InvitationFlow Flow { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string Role => Shell[$"Role.{(invitation!.IsOwner ? "owner" : invitation.Role)}"];

    private Guid? Me =>
        Guid.TryParse(HttpContext.User.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            ? id
            : null;

    protected override async Task OnInitializedAsync() =>
        invitation = await Flow.FindAsync(Token, HttpContext.RequestAborted);

    private async Task SubmitAsync()
    {
        if (invitation is null)
        {
            return;
        }

        var accepted = await Flow.AcceptAsync(
            new Acceptance(Token!, Me, Form?.FirstName, Form?.LastName, Form?.Password),
            HttpContext.RequestAborted
        );
        if (accepted.IsOk)
        {
            Navigation.NavigateTo(Urls.Inbox(accepted.Value.Slug));
            return;
        }

        error = accepted.Error;
        passwordProblem =
            error.Fields?.ContainsKey("password") == true ? L.WhyWeak(Form?.Password) : null;
        if (error.Fields is null)
        {
            invitation = null;
        }
    }

    private string? Problem(string field, string text) =>
        error?.Fields?.ContainsKey(field) == true ? L[text].Value : null;

    public sealed class AcceptForm
    {
        public string? FirstName { get; set; }

        public string? LastName { get; set; }

        public string? Password { get; set; }
    }
}
