using System.Text.RegularExpressions;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>Chooses an approved template, fills its places, shows what the customer will read, and sends it.</summary>
public sealed partial class TemplateDialog
{
    private const long MaxBytes = 100L * 1024 * 1024;

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private Dictionary<string, string> rendered = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, string> wrong = new Dictionary<string, string>(
        StringComparer.Ordinal
    );
    private IReadOnlyList<ChannelTemplate>? all;
    private ChannelTemplate? chosen;
    private TemplateShape shape = TemplateShape.Read("[]");
    private UploadRow? file;
    private FormDialog? dialog;
    private string? problem;
    private string key = "";

    [Parameter, EditorRequired]
    public required ConversationDetails Details { get; set; }

    /// <summary>Answers null, or why it was not taken.</summary>
    [Parameter, EditorRequired]
    public required Func<OutgoingText, Task<Error?>> Send { get; set; }

    [Inject]
    private IInboxData Data { get; set; } = default!;

    public async Task ShowAsync()
    {
        (problem, key) = (null, NewKey());
        await dialog!.ShowAsync();
        all = await Data.TemplatesToSendAsync(Details.Id, CancellationToken.None);
        var kept = all.FirstOrDefault(t => t.Id == chosen?.Id);
        await TakeAsync(kept ?? (all.Count > 0 ? all[0] : null), keepsValues: kept is not null);
        StateHasChanged();
    }

    private Task ChooseAsync(ChangeEventArgs e) =>
        TakeAsync(
            all?.FirstOrDefault(t => t.Id.ToString() == e.Value as string),
            keepsValues: false
        );

    private async Task TakeAsync(ChannelTemplate? template, bool keepsValues)
    {
        chosen = template;
        shape = TemplateShape.Read(template?.Components ?? "[]");
        (wrong, problem) = (new Dictionary<string, string>(StringComparer.Ordinal), null);
        if (!keepsValues)
        {
            values.Clear();
            foreach (var place in shape.Places.Where(IsName))
            {
                values[place.Key] = $"{{{{{TemplateText.ContactFirstName}}}}}";
            }
            if (file is not null && shape.Header is not { IsFile: true })
            {
                await RemoveFileAsync();
            }
        }
        await RenderAsync();
        // What is known is shown as it will be, and can be changed.
        foreach (var place in shape.Places.Where(p => p.Part != "button"))
        {
            if (rendered.TryGetValue(place.Key, out var value))
            {
                values[place.Key] = value;
            }
        }
    }

    private async Task SetAsync(TemplatePlace place, string? value)
    {
        values[place.Key] = value ?? "";
        await RenderAsync();
        if (wrong.Count > 0)
        {
            wrong = TemplateFilling.Check(shape, rendered, file is not null);
        }
    }

    /// <summary>Values may name what the product knows, as the workspace's own templates do.</summary>
    private async Task RenderAsync()
    {
        var filled = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            filled[name] = value.Contains("{{", StringComparison.Ordinal)
                ? (await Data.RenderAsync(Details.Id, value, CancellationToken.None))?.Text ?? value
                : value;
        }
        rendered = filled;
    }

    private async Task<bool> SubmitAsync()
    {
        if (chosen is not { } template)
        {
            return false;
        }
        await RenderAsync();
        wrong = TemplateFilling.Check(shape, rendered, file is not null);
        if (wrong.Count > 0)
        {
            problem = null;
            return false;
        }
        var refused = await Send(
            new OutgoingText(
                TemplateShape.Fill(shape.Body, "body", rendered),
                IsPrivate: false,
                key
            )
            {
                Files = file is null ? [] : [file],
                Approved = new ChosenTemplate(template.Name, template.Language, rendered),
            }
        );
        problem = refused is null ? null : L.Of(refused);
        if (refused is null)
        {
            (chosen, file) = (null, null);
            values.Clear();
        }
        return refused is null;
    }

    private async Task TakeFileAsync(InputFileChangeEventArgs taken)
    {
        var answer = await Attempt.RunAsync(async () =>
        {
            await using var bytes = taken.File.OpenReadStream(MaxBytes);
            return await Data.StageAsync(
                Details.Id,
                taken.File.Name,
                bytes,
                CancellationToken.None
            );
        });
        problem = answer.IsOk ? null : L.Of(answer.Error);
        if (answer.IsOk)
        {
            file = (await Data.UploadsAsync(Details.Id, CancellationToken.None)).FirstOrDefault(u =>
                u.Id == answer.Value
            );
            wrong = new Dictionary<string, string>(StringComparer.Ordinal);
        }
    }

    private async Task RemoveFileAsync()
    {
        if (file is { } staged)
        {
            file = null;
            await Attempt.RunAsync(() =>
                Data.RunAsync(new DiscardUpload(staged.Id), CancellationToken.None)
            );
        }
    }

    private string? ValueOf(TemplatePlace place) => values.GetValueOrDefault(place.Key);

    private string? ProblemOf(TemplatePlace place) =>
        wrong.TryGetValue(place.Key, out var what) ? L[$"Approved.Problem.{what}"].Value : null;

    private string LabelOf(TemplatePlace place) =>
        place.Part switch
        {
            "button" => L["Approved.Button", place.Name],
            "place" => L[$"Approved.Place.{place.Name}"],
            "header" => L["Approved.Above", $"{{{{{place.Name}}}}}"],
            _ => L["Approved.Value", $"{{{{{place.Name}}}}}"],
        };

    private static string IdOf(TemplatePlace place) => "approved-" + place.Key.Replace('.', '-');

    private static string AcceptOf(string kind) =>
        kind switch
        {
            "image" => "image/jpeg,image/png",
            "video" => "video/mp4",
            _ => ".pdf,.doc,.docx,.xls,.xlsx,.txt",
        };

    private static string NewKey() => Guid.CreateVersion7().ToString("N");

    /// <summary>Where a greeting is followed by it, or it is called so.</summary>
    private bool IsName(TemplatePlace place) =>
        place.Part == "body"
        && (
            NamePattern().IsMatch(place.Name)
            || (place.Name == "1" && GreetingPattern().IsMatch(shape.Body))
        );

    [GeneratedRegex(
        "^(name|first_?name|customer(_?name)?|nombre|nome|cliente)$",
        RegexOptions.IgnoreCase
            | RegexOptions.NonBacktracking
            | RegexOptions.CultureInvariant
            | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex NamePattern();

    [GeneratedRegex(
        @"^\W*(hola|buenos d[ií]as|estimad[oa]|hi|hello|hey|dear|ol[aá]|oi)\W{1,4}\{\{1\}\}",
        RegexOptions.IgnoreCase
            | RegexOptions.NonBacktracking
            | RegexOptions.CultureInvariant
            | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex GreetingPattern();
}
