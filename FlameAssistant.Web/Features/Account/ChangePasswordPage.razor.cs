using FlameAssistant.Data.Members;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Account;

/// <summary>A new password by who knows the old one.</summary>
public sealed partial class ChangePasswordPage
{
    private string? currentProblem;
    private string? problem;

    [SupplyParameterFromForm]
    private ChangeForm? Form { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private PasswordFlow Flow { get; set; } = default!;

    [Inject]
    private AccountLimits Limits { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private async Task SubmitAsync()
    {
        currentProblem = string.IsNullOrEmpty(Form?.Current)
            ? L["SignIn.MissingPassword"].Value
            : null;
        problem = L.WhyWeak(Form?.Password);
        if (currentProblem is not null || problem is not null)
        {
            return;
        }

        var account = HttpContext.User.Identity?.Name ?? "";
        if (Limits.SignIn(HttpContext.Connection.RemoteIpAddress, account) is { } wait)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            currentProblem = L["TooOften", Math.Max(1, (int)Math.Ceiling(wait.TotalMinutes))];
            return;
        }

        var outcome = await Flow.ChangeAsync(HttpContext.User, Form!.Current!, Form.Password!);
        if (outcome == PasswordOutcome.Ok)
        {
            Navigation.NavigateTo($"{Urls.Profile}?done=password");
            return;
        }

        currentProblem = L["Change.Wrong"];
    }

    public sealed class ChangeForm
    {
        public string? Current { get; set; }

        public string? Password { get; set; }
    }
}
