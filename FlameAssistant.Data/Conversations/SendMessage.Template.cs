using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Conversations;

public sealed partial record SendMessage
{
    /// <summary>
    /// An approved template of the conversation's channel. The text is what it says; an upload is the file above it.
    /// </summary>
    public ChosenTemplate? Template { get; init; }

    private async Task<Result<SendMessage>> FillAsync(
        TenantUnit unit,
        Conversation conversation,
        ChosenTemplate chosen,
        CancellationToken ct
    )
    {
        if (Uploads?.Count > 1)
        {
            return FileErrors.TooMany;
        }
        var template = await unit.FindChannelTemplateAsync(
            conversation.ChannelId,
            chosen.Name,
            chosen.Language,
            ct
        );
        if (template is null)
        {
            return ChannelTemplateErrors.Unknown;
        }
        if (template.Status != TemplateStatuses.Approved)
        {
            return ChannelTemplateErrors.NotApproved(template.Status);
        }
        var filled = TemplateFilling.Fill(template, chosen.Values, hasFile: Uploads?.Count == 1);
        return filled.IsOk
            ? this with
            {
                Text = filled.Value.Text,
                Template = null,
                Rich = new MessageRich
                {
                    Template = filled.Value.Told,
                    Header = filled.Value.Header,
                    Footer = filled.Value.Footer,
                    Labels = filled.Value.Buttons,
                },
            }
            : filled.Error;
    }
}

/// <summary>An approved template and what goes into its places.</summary>
/// <param name="Values">By <see cref="TemplatePlace.Key"/>: <c>body.1</c>, <c>header.name</c>, <c>button.0</c>; the address of a file as <c>header</c>.</param>
public sealed record ChosenTemplate(
    string Name,
    string Language,
    IReadOnlyDictionary<string, string> Values
);
