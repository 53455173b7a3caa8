using FlameAssistant.Data.Members;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Account;

/// <summary>Where the link of the letter leads: a new password, once.</summary>
public sealed partial class ResetPasswordPage
{
    private string? problem;
    private bool isBadLink;

    [SupplyParameterFromForm]
    private ResetForm? Form { get; set; }

    [SupplyParameterFromQuery]
    private string? User { get; set; }

    [SupplyParameterFromQuery]
    private string? Code { get; set; }

    [Inject]
    private PasswordFlow Flow { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override void OnInitialized() =>
        isBadLink = !Guid.TryParse(User, out _) || Code is null;

    private async Task SubmitAsync()
    {
        problem = L.WhyWeak(Form?.Password);
        if (problem is not null || isBadLink)
        {
            return;
        }

        var outcome = await Flow.ResetAsync(Guid.Parse(User!), Code!, Form!.Password!);
        if (outcome == PasswordOutcome.Ok)
        {
            Navigation.NavigateTo($"{Urls.SignIn}?done=password");
            return;
        }

        isBadLink = true;
    }

    public sealed class ResetForm
    {
        public string? Password { get; set; }
    }
}
