using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Account;

/// <summary>Signing in. Static: the cookie is set by the answer to the form's POST.</summary>
public sealed partial class LoginPage
{
    private string? problem;
    private bool isUnconfirmed;

    [SupplyParameterFromForm]
    private SignInForm? Form { get; set; }

    [SupplyParameterFromForm]
    private PasskeyForm? Passkey { get; set; }

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    /// <summary>What was done just before: <c>password</c> or <c>email</c>.</summary>
    [SupplyParameterFromQuery]
    private string? Done { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private SignInFlow Flow { get; set; } = default!;

    [Inject]
    private PasskeyFlow Passkeys { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string Target => Urls.LocalOr(ReturnUrl, Urls.Workspaces);

    protected override void OnInitialized()
    {
        if (
            HttpMethods.IsGet(HttpContext.Request.Method)
            && HttpContext.User.Identity?.IsAuthenticated == true
        )
        {
            Navigation.NavigateTo(Target);
        }
    }

    private async Task SubmitAsync()
    {
        if (string.IsNullOrWhiteSpace(Form?.User))
        {
            problem = L["SignIn.MissingUser"];
            return;
        }

        if (string.IsNullOrEmpty(Form.Password))
        {
            problem = L["SignIn.MissingPassword"];
            return;
        }

        Show(await Flow.RunAsync(Form.User, Form.Password, Form.Remember), L["SignIn.Wrong"]);
    }

    private async Task UsePasskeyAsync() =>
        Show(
            await Passkeys.SignInAsync(Passkey?.Credential, HttpContext.Connection.RemoteIpAddress),
            L["SignIn.PasskeyWrong"]
        );

    private void Show(SignInAnswer answer, string wrong)
    {
        if (answer.Outcome == SignInOutcome.Ok)
        {
            Navigation.NavigateTo(Target);
            return;
        }

        if (answer.Outcome == SignInOutcome.SecondStep)
        {
            Navigation.NavigateTo(Urls.SecondStepThen(Target, Form?.Remember == true));
            return;
        }

        if (answer.Outcome == SignInOutcome.TooOften)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        }

        isUnconfirmed = answer.Outcome == SignInOutcome.NotAllowed;
        var minutes = Math.Max(1, (int)Math.Ceiling(answer.LockedFor.TotalMinutes));
        problem = answer.Outcome switch
        {
            SignInOutcome.TooOften => L["TooOften", minutes],
            SignInOutcome.LockedOut when minutes == 1 => L["SignIn.LockedOutOne"],
            SignInOutcome.LockedOut => L["SignIn.LockedOut", minutes],
            SignInOutcome.Inactive => L["SignIn.Inactive"],
            SignInOutcome.NotAllowed => L["SignIn.NotAllowed"],
            _ => wrong,
        };
    }

    public sealed class SignInForm
    {
        public string? User { get; set; }

        public string? Password { get; set; }

        public bool Remember { get; set; }
    }

    public sealed class PasskeyForm
    {
        public string? Credential { get; set; }
    }
}
