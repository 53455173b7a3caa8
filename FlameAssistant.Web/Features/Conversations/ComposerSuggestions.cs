using FlameAssistant.Data.Templates;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>What the text offers while it is typed: templates after a slash, colleagues after an @ in a note.</summary>
public sealed class ComposerSuggestions(IInboxData data, Guid conversationId)
{
    private IReadOnlyList<Guid>? readers;
    private string? dismissed;
    private int looks;
    private int mentionAt;

    public IReadOnlyList<Suggestion> Items { get; private set; } = [];

    public int Chosen { get; private set; }

    public bool AreMentions { get; private set; }

    /// <summary>What the chosen template would say to this contact.</summary>
    public RenderedTemplate? Preview { get; private set; }

    public async Task LookAsync(string text, int caret, bool isNote, InboxVocabulary words)
    {
        if (string.Equals(dismissed, text, StringComparison.Ordinal))
        {
            return;
        }
        dismissed = null;
        var look = ++looks;
        if (isNote && text.Contains('@'))
        {
            readers ??= await data.ReadersAsync(conversationId, CancellationToken.None);
            // More was typed while the readers were asked for: that look shows what is meant now.
            if (look != looks)
            {
                return;
            }
            var (people, at) = Suggestion.Mentions(
                text,
                caret,
                words.Colleagues.Where(c => c.UserId != data.MeId && readers.Contains(c.UserId))
            );
            (AreMentions, mentionAt) = (true, at);
            Show(people);
            return;
        }
        AreMentions = false;
        Show(Suggestion.Templates(text, words.Templates));
        await PreviewAsync();
    }

    public async Task MoveAsync(int step)
    {
        if (Items.Count > 0)
        {
            Chosen = (Chosen + step + Items.Count) % Items.Count;
            await PreviewAsync();
        }
    }

    public void Close() => Show([]);

    /// <summary>Nothing more is offered until another text stands there.</summary>
    public void Dismiss(string text)
    {
        dismissed = text;
        Close();
    }

    /// <summary>Enter came before the list: what was meant is a template and not a message.</summary>
    public bool IsTemplate(string typed, InboxVocabulary words)
    {
        if (
            string.Equals(dismissed, typed, StringComparison.Ordinal)
            || Suggestion.Templates(typed, words.Templates) is not { Count: > 0 } found
        )
        {
            return false;
        }
        AreMentions = false;
        Show(found);
        return true;
    }

    /// <returns>What the text becomes; null when there is nothing at that place.</returns>
    public async Task<PickedText?> PickAsync(int at, string text)
    {
        if (at >= Items.Count)
        {
            return null;
        }
        var picked = await PickedAsync(Items[at], text);
        Dismiss(picked.Text);
        return picked;
    }

    private async Task<PickedText> PickedAsync(Suggestion picked, string text)
    {
        if (picked.Template is { } template)
        {
            var rendered = await data.RenderAsync(
                conversationId,
                template.Content,
                CancellationToken.None
            );
            return new PickedText(
                rendered?.Text ?? template.Content,
                template.Id,
                rendered?.Missing ?? []
            );
        }
        if (picked.Person is { } person && mentionAt >= 0 && mentionAt < text.Length)
        {
            var end = text.AsSpan(mentionAt).IndexOfAny(' ', '\n');
            var rest = end < 0 ? "" : text[(mentionAt + end)..];
            text = $"{text[..mentionAt]}@{person.Name} {rest.TrimStart(' ')}";
        }
        return new PickedText(text, TemplateId: null, []);
    }

    private void Show(IReadOnlyList<Suggestion> found)
    {
        (Items, Chosen) = (found, Math.Min(Chosen, Math.Max(0, found.Count - 1)));
        if (found.Count == 0)
        {
            (Preview, Chosen) = (null, 0);
        }
    }

    private async Task PreviewAsync()
    {
        var template = TemplateAt(Chosen);
        var rendered = template is null
            ? null
            : await data.RenderAsync(conversationId, template.Content, CancellationToken.None);
        // Another may have been chosen meanwhile; that one has its own preview.
        if (TemplateAt(Chosen) == template)
        {
            Preview = rendered;
        }
    }

    private TemplateRow? TemplateAt(int at) => at < Items.Count ? Items[at].Template : null;
}

/// <param name="TemplateId">Null when a colleague was picked.</param>
/// <param name="Missing">Variables of the template that this contact has no value for.</param>
public sealed record PickedText(string Text, Guid? TemplateId, IReadOnlyList<string> Missing);
