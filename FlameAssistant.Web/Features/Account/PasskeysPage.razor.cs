using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Account;

/// <summary>A person's passkeys. The browser's dialog fills the form; the rest is a form like any other.</summary>
public sealed partial class PasskeysPage
{
    private IReadOnlyList<PasskeyView> passkeys = [];
    private string? suggested;
    private string? problem;
    private string? nameProblem;

    [SupplyParameterFromForm]
    private AddForm? Add { get; set; }

    [SupplyParameterFromForm]
    private ChangeForm? Change { get; set; }

    /// <summary>What was done just before.</summary>
    [SupplyParameterFromQuery]
    private string? Done { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private PasskeyFlow Flow { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        await Time.EnsureStaticAsync();
        passkeys = await Flow.ListAsync(HttpContext.User);
        var device = Device.Of(HttpContext.Request.Headers.UserAgent);
        suggested = device.System ?? device.Browser;
    }

    private async Task AddAsync() =>
        Answer(await Flow.AddAsync(HttpContext.User, Add?.Credential, Add?.Name), "added");

    private async Task ChangeAsync()
    {
        var id = Change?.Id ?? "";
        if (Change?.Action == "remove")
        {
            await Flow.RemoveAsync(HttpContext.User, id);
            Answer(PasskeyOutcome.Ok, "removed");
        }
        else
        {
            Answer(await Flow.RenameAsync(HttpContext.User, id, Change?.Name), "renamed");
        }
    }

    private void Answer(PasskeyOutcome outcome, string done)
    {
        if (outcome == PasskeyOutcome.Ok)
        {
            Navigation.NavigateTo($"{Urls.Passkeys}?done={done}");
            return;
        }

        var said = outcome switch
        {
            PasskeyOutcome.BadName => L["Passkeys.NameProblem"],
            PasskeyOutcome.TooMany => L["Passkeys.TooMany"],
            _ => L["Passkeys.Failed"],
        };
        // At the field of the form that was sent.
        var isName = outcome == PasskeyOutcome.BadName && done == "added";
        problem = isName ? null : said.Value;
        nameProblem = isName ? said.Value : null;
    }

    public sealed class AddForm
    {
        public string? Name { get; set; }

        public string? Credential { get; set; }
    }

    public sealed class ChangeForm
    {
        public string? Id { get; set; }

        public string? Name { get; set; }

        public string? Action { get; set; }
    }
}
