using FlameAssistant.Data.Members;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Account;

/// <summary>A person's own page: how they are called, how they see things, how they are kept safe.</summary>
public sealed partial class ProfilePage
{
    private ProfileView? profile;
    private string? firstProblem;
    private string? lastProblem;
    private string? userNameProblem;

    [SupplyParameterFromForm(FormName = "profile")]
    private ProfileForm? Form { get; set; }

    /// <summary>What was done just before.</summary>
    [SupplyParameterFromQuery]
    private string? Done { get; set; }

    /// <summary>What was wrong with a picture.</summary>
    [SupplyParameterFromQuery]
    private string? Picture { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private ProfileFlow Flow { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private static IEnumerable<string> Zones { get; } =
    [
        .. TimeZoneInfo
            .GetSystemTimeZones()
            .Select(zone => zone.Id)
            .Where(id => id == "UTC" || id.Contains('/', StringComparison.Ordinal))
            .Where(id => !id.StartsWith("Etc/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    protected override async Task OnInitializedAsync()
    {
        profile = await Flow.FindAsync(HttpContext.User);
        Form ??= new ProfileForm
        {
            FirstName = profile?.FirstName,
            LastName = profile?.LastName,
            UserName = profile?.UserName,
            Language = profile?.Language,
            TimeZone = profile?.TimeZone,
            Theme = profile?.Theme,
        };
    }

    private async Task SaveAsync()
    {
        var first = Form!.FirstName?.Trim();
        var last = Form.LastName?.Trim();
        firstProblem = first is { Length: > 0 and <= AcceptInvitation.MaxNameLength }
            ? null
            : L["Invitation.FirstName.Missing"].Value;
        lastProblem =
            last?.Length > AcceptInvitation.MaxNameLength
                ? L["Invitation.LastName.Long"].Value
                : null;
        var userName = Form.UserName?.Trim() is { Length: > 0 } given ? given : null;
        userNameProblem =
            userName is null || UserNames.IsGood(userName)
                ? null
                : L["Profile.UserName.Problem"].Value;
        if ((firstProblem ?? lastProblem ?? userNameProblem) is not null || profile is null)
        {
            return;
        }

        var isSaved = await Flow.SaveAsync(
            HttpContext.User,
            profile with
            {
                FirstName = first,
                LastName = last,
                UserName = userName,
                Language = OneOf(Form.Language, Preferences.Languages),
                TimeZone = OneOf(Form.TimeZone, Zones),
                Theme = OneOf(Form.Theme, Preferences.Themes),
            }
        );
        if (!isSaved)
        {
            userNameProblem = L["Profile.UserName.Taken"];
            return;
        }

        Navigation.NavigateTo($"{Urls.Profile}?done=saved");
    }

    private static string? OneOf(string? value, IEnumerable<string> known) =>
        known.Contains(value, StringComparer.Ordinal) ? value : null;

    public sealed class ProfileForm
    {
        public string? FirstName { get; set; }

        public string? LastName { get; set; }

        public string? UserName { get; set; }

        public string? Language { get; set; }

        public string? TimeZone { get; set; }

        public string? Theme { get; set; }
    }
}
