namespace FlameAssistant.Data.Channels;

/// <summary>What a provider tells of an account and not of a message.</summary>
public abstract record AccountNews
{
    /// <param name="Status">One of <c>TemplateStatuses</c>.</param>
    /// <param name="Reason">Why it was refused, as the provider says it.</param>
    public sealed record TemplateState(
        string Name,
        string Language,
        string Status,
        string? Reason,
        string? Category
    ) : AccountNews;

    /// <summary>Something of the templates is another than before; the list says what.</summary>
    public sealed record TemplatesChanged : AccountNews;

    public sealed record TemplateQuality(string Name, string Language, string Quality)
        : AccountNews;

    public sealed record TemplateCategory(string Name, string Language, string Category)
        : AccountNews;

    /// <param name="Kinds">As the provider names them; none: everything is allowed again.</param>
    /// <param name="EndsAt">Null: until it says otherwise.</param>
    public sealed record Restricted(IReadOnlyList<string> Kinds, DateTimeOffset? EndsAt)
        : AccountNews;

    /// <summary>Something of the number or its account is wrong, beyond any one message.</summary>
    /// <param name="StopsFor">How long the number must send nothing; null: it may go on.</param>
    /// <param name="NeedsAuth">Only an admin can help.</param>
    public sealed record Trouble(string Code, string Reason, TimeSpan? StopsFor, bool NeedsAuth)
        : AccountNews;
}
