using System.Text;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// What a message has beside its text: one of buttons, a list, a link, a place or a contact card; or it is an approved
/// template.
/// </summary>
public sealed record MessageRich
{
    public const int MaxFrame = 60;
    public const int MaxTitle = 20;
    public const int MaxRowTitle = 24;
    public const int MaxRowText = 72;

    public IReadOnlyList<MessageButton> Buttons { get; init; } = [];

    public MessageList? List { get; init; }

    public MessageLink? Link { get; init; }

    public MessagePlace? Place { get; init; }

    public MessageCard? Card { get; init; }

    /// <summary>A line above the text, 1 to 60 characters.</summary>
    public string? Header { get; init; }

    /// <summary>A small line below the text, 1 to 60 characters.</summary>
    public string? Footer { get; init; }

    /// <summary>Set by <see cref="SendMessage"/> alone, which has checked it.</summary>
    public TemplateToSend? Template { get; internal init; }

    /// <summary>The words on a template's buttons, for who reads the thread.</summary>
    public IReadOnlyList<string> Labels { get; internal init; } = [];

    /// <summary>Whether the customer chooses something of it, which hangs on a text.</summary>
    public bool IsChoice => Buttons.Count > 0 || List is not null || Link is not null;

    /// <summary>What the channel cannot send of it, or what is wrong with it, by field.</summary>
    internal Error? Problem(ChannelRules rules, string text, int files)
    {
        if (Template is not null)
        {
            return null;
        }
        if (
            Buttons.Count > rules.MaxButtons
            || (List is not null && rules.MaxRows == 0)
            || (Link is not null && !rules.TakesLinks)
            || ((Header is not null || Footer is not null) && !rules.TakesFrames)
            || ((Place is not null || Card is not null) && !rules.TakesPlaces)
        )
        {
            return ConversationErrors.NotOnChannel;
        }
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        CheckText(problems, rules, text, files);
        CheckButtons(problems);
        CheckList(problems, rules);
        if (Link is { } link && (!Fits(link.Title, MaxTitle) || !IsAddress(link.Url)))
        {
            problems["link"] =
                $"A link has a title of 1 to {MaxTitle} characters and an address that begins with https:// or http://.";
        }
        if (Place is not (null or { Latitude: >= -90 and <= 90, Longitude: >= -180 and <= 180 }))
        {
            problems["place"] =
                "A place has a latitude of -90 to 90 and a longitude of -180 to 180.";
        }
        if (Card is { } card && (!Fits(card.Name, 255) || !Fits(card.Phone, 50)))
        {
            problems["card"] = "A card has a name and a number.";
        }
        return problems.Count == 0
            ? null
            : ConversationErrors.RichInvalid with
            {
                Fields = problems,
            };
    }

    private void CheckText(
        Dictionary<string, string> problems,
        ChannelRules rules,
        string text,
        int files
    )
    {
        var choices = (Buttons.Count > 0 ? 1 : 0) + (List is null ? 0 : 1) + (Link is null ? 0 : 1);
        if (choices > 1 || (Place is not null && Card is not null))
        {
            problems["rich"] =
                "A message has one of buttons, a list or a link, and one place or card. Send them in several.";
        }
        if (choices == 0 && (Header is not null || Footer is not null))
        {
            problems["rich"] = "Lines above and below go with buttons, a list or a link.";
        }
        if (IsChoice && rules.TakesFrames && (string.IsNullOrWhiteSpace(text) || files > 0))
        {
            problems["text"] = "Write what it is about. A file goes in a message of its own.";
        }
        if (IsChoice && text.Length > rules.MaxRichText)
        {
            problems["text"] = $"The text may have at most {rules.MaxRichText} characters.";
        }
        if (Header is not null && !Fits(Header, MaxFrame))
        {
            problems["header"] = $"The line above has 1 to {MaxFrame} characters.";
        }
        if (Footer is not null && !Fits(Footer, MaxFrame))
        {
            problems["footer"] = $"The line below has 1 to {MaxFrame} characters.";
        }
    }

    private void CheckButtons(Dictionary<string, string> problems)
    {
        if (
            Buttons.Any(b =>
                !Fits(b.Title, MaxTitle) || Encoding.UTF8.GetByteCount(b.Payload) is 0 or > 64
            )
            || Buttons.Select(b => b.Title).Distinct(StringComparer.Ordinal).Count()
                != Buttons.Count
            || Buttons.Select(b => b.Payload).Distinct(StringComparer.Ordinal).Count()
                != Buttons.Count
        )
        {
            problems["buttons"] = $"Each button has words of its own, 1 to {MaxTitle} characters.";
        }
    }

    private void CheckList(Dictionary<string, string> problems, ChannelRules rules)
    {
        if (List is not { } list)
        {
            return;
        }
        var rows = list.Sections.SelectMany(s => s.Rows).ToList();
        var fits =
            Fits(list.Button, MaxTitle)
            && rows.Count > 0
            && rows.Count <= rules.MaxRows
            && list.Sections.All(s =>
                s.Rows.Count > 0
                && (list.Sections.Count == 1 && s.Title is null || Fits(s.Title, MaxRowTitle))
            )
            && rows.TrueForAll(r =>
                Fits(r.Title, MaxRowTitle)
                && Encoding.UTF8.GetByteCount(r.Payload) is > 0 and <= 64
                && (r.Text is null || Fits(r.Text, MaxRowText))
            )
            && rows.Select(r => r.Payload).Distinct(StringComparer.Ordinal).Count() == rows.Count;
        if (!fits)
        {
            problems["list"] =
                $"A list has a button of 1 to {MaxTitle} characters, and 1 to {rules.MaxRows} rows of 1 to {MaxRowTitle} characters with at most {MaxRowText} more.";
        }
    }

    private static bool Fits(string? text, int most) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= most;

    private static bool IsAddress(string url) =>
        url.Length <= 2000
        && Uri.TryCreate(url, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);
}

/// <param name="Title">1 to 20 characters, which the customer sees.</param>
/// <param name="Payload">1 to 64 bytes, which come back when it is pressed.</param>
public sealed record MessageButton(string Title, string Payload);

/// <param name="Button">What opens the list, 1 to 20 characters.</param>
/// <param name="Sections">At least one; several have titles.</param>
public sealed record MessageList(string Button, IReadOnlyList<MessageListSection> Sections);

/// <param name="Title">1 to 24 characters.</param>
public sealed record MessageListSection(string? Title, IReadOnlyList<MessageListRow> Rows);

/// <param name="Title">1 to 24 characters.</param>
/// <param name="Payload">1 to 64 bytes, which come back when it is chosen.</param>
/// <param name="Text">At most 72 characters.</param>
public sealed record MessageListRow(string Title, string Payload, string? Text = null);

/// <param name="Title">On the button, 1 to 20 characters.</param>
public sealed record MessageLink(string Title, string Url);

public sealed record MessagePlace(
    double Latitude,
    double Longitude,
    string? Name = null,
    string? Address = null
);

public sealed record MessageCard(string Name, string Phone);
