using FlameAssistant.Data.Members;
using FlameAssistant.Web.Auth;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Account;

/// <summary>Asks for an address and has a link sent there. The answer is the same whether or not somebody has it.</summary>
public sealed partial class AskByEmail
{
    private string? problem;
    private bool isSent;

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter, EditorRequired]
    public required string Lead { get; set; }

    [Parameter, EditorRequired]
    public required string Sent { get; set; }

    [Parameter, EditorRequired]
    public required string Submit { get; set; }

    [Parameter, EditorRequired]
    public required Func<string, Task> Ask { get; set; }

    [SupplyParameterFromForm]
    private AskForm? Form { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private AccountLimits Limits { get; set; } = default!;

    private async Task SubmitAsync()
    {
        var email = Form?.Email?.Trim();
        if (!MemberErrors.IsEmail(email))
        {
            problem = L["Email.Invalid"];
            return;
        }

        if (Limits.Mail(HttpContext.Connection.RemoteIpAddress, email!) is { } wait)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            problem = L["TooOften", Math.Max(1, (int)Math.Ceiling(wait.TotalMinutes))];
            return;
        }

        await Ask(email!);
        isSent = true;
    }

    public sealed class AskForm
    {
        public string? Email { get; set; }
    }
}
