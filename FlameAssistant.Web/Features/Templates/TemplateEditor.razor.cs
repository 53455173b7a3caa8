using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FlameAssistant.Web.Features.Templates;

/// <summary>
/// One template, and what it becomes with a customer's values as it is typed. Values are put in once and shown as text, so
/// whatever a name holds stays a name.
/// </summary>
public sealed partial class TemplateEditor
{
    private ElementReference field;
    private string? name;
    private string? category;
    private string content = "";
    private string? keywords;
    private bool isActive = true;
    private bool isBusy;
    private Error? error;

    /// <summary>Null for a new one.</summary>
    [Parameter]
    public TemplateRow? Row { get; set; }

    [Parameter, EditorRequired]
    public required TemplatesView View { get; set; }

    [Parameter, EditorRequired]
    public required string Back { get; set; }

    [Parameter, EditorRequired]
    public required Func<SaveTemplate, Task<Error?>> OnSave { get; set; }

    [Parameter, EditorRequired]
    public required Func<TemplateRow, Task> OnDelete { get; set; }

    private RenderedTemplate Rendered => TemplateText.Render(content, Sample);

    private Dictionary<string, string?> Sample =>
        new(StringComparer.Ordinal)
        {
            [TemplateText.ContactName] = "Sofía Benítez",
            [TemplateText.ContactFirstName] = "Sofía",
            [TemplateText.ContactPhone] = "+54 9 11 5555-0142",
            [TemplateText.ContactEmail] = "sofia@example.com",
            [TemplateText.AgentName] = View.Agent,
            [TemplateText.AgentFirstName] = View.Agent.Split(' ')[0],
            [TemplateText.ConversationNumber] = "128",
            [TemplateText.ChannelName] = "WhatsApp",
            [TemplateText.WorkspaceName] = View.Workspace,
        };

    /// <summary>Once, by the key of the page: what somebody else saves meanwhile does not take away what is typed here.</summary>
    protected override void OnInitialized()
    {
        name = Row?.Name;
        category = Row?.Category ?? "general";
        content = Row?.Content ?? "";
        keywords = Row is null ? null : string.Join(", ", Row.TriggerKeywords);
        isActive = Row?.IsActive ?? true;
    }

    private string? ProblemOf(string at) =>
        error?.Fields?.TryGetValue(at, out var said) != true ? null
        : at == "content" && Unknown is { Count: > 0 } unknown
            ? L["Problem.places", string.Join(", ", unknown)]
        : L.Known($"Problem.{at}", said!);

    private IReadOnlyList<string> Unknown => TemplateText.Unknown(content, View.Places);

    private async Task SubmitAsync()
    {
        isBusy = true;
        error = await OnSave(
            new SaveTemplate(
                Row?.Id,
                name ?? "",
                content,
                category ?? "",
                (keywords ?? "").Split(
                    [',', ';', '\n'],
                    StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
                ),
                Row?.Priority ?? 0,
                isActive
            )
        );
        isBusy = false;
    }

    private async Task InsertAsync(string place)
    {
        await using var module = await Js.InvokeAsync<IJSObjectReference>("import", "./browser.js");
        await module.InvokeVoidAsync("insertText", field, "{{" + place + "}}");
    }
}
