namespace FlameAssistant.Data.Conversations;

/// <summary>An approved template with its values, as the message keeps it until it is sent.</summary>
public sealed record TemplateToSend(
    string Name,
    string Language,
    string? Category,
    TemplateFile? File,
    IReadOnlyList<TemplateValue> Header,
    IReadOnlyList<TemplateValue> Body,
    IReadOnlyList<TemplateButtonValue> Buttons
)
{
    /// <summary>On the map above the text.</summary>
    public MessagePlace? Place { get; init; }

    /// <summary>Advertising: who wants none gets none, whoever sends it.</summary>
    public bool IsMarketing =>
        string.Equals(Category, "MARKETING", StringComparison.OrdinalIgnoreCase);
}

/// <param name="Kind"><c>image</c>, <c>video</c> or <c>document</c>.</param>
/// <param name="Link">Null: the message's own file.</param>
public sealed record TemplateFile(string Kind, string? Link);

/// <param name="Name">Of a named place; null where places are numbered.</param>
public sealed record TemplateValue(string? Name, string Text);

/// <param name="Index">The button's place in the template, from 0.</param>
/// <param name="Kind"><c>url</c>, <c>quick_reply</c>, <c>copy_code</c> or <c>flow</c>.</param>
/// <param name="Value">The end of the address, the payload, the code, or what the form's answer is known by.</param>
public sealed record TemplateButtonValue(int Index, string Kind, string Value);
