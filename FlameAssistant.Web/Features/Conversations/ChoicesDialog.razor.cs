using System.Globalization;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>Makes a message that the customer answers by pressing something, or that shows a place or a contact; what the channel takes is offered.</summary>
public sealed partial class ChoicesDialog
{
    private readonly List<Row> rows = [];
    private readonly List<string?> buttons = [];
    private IReadOnlyDictionary<string, string> wrong = new Dictionary<string, string>(
        StringComparer.Ordinal
    );
    private FormDialog? dialog;
    private string kind = "";
    private string? text;
    private string begunWith = "";
    private string? header;
    private string? footer;
    private string? opens;
    private string? linkTitle;
    private string? linkUrl;
    private string? latitude;
    private string? longitude;
    private string? placeName;
    private string? placeAddress;
    private string? cardName;
    private string? cardPhone;
    private string? problem;
    private string key = "";

    [Parameter, EditorRequired]
    public required ConversationDetails Details { get; set; }

    /// <summary>The message, and the composer's text that it began with; answers null, or why it was not taken.</summary>
    [Parameter, EditorRequired]
    public required Func<OutgoingText, string, Task<Error?>> Send { get; set; }

    private ChannelRules Rules => ChannelRules.Of(Details.Channel.Type);

    private int MaxText => Math.Min(Rules.MaxRichText, ConversationErrors.MaxTextLength);

    /// <summary>A place and a contact go without words.</summary>
    private bool HasText => kind is not ("place" or "card");

    private IEnumerable<string> Kinds
    {
        get
        {
            if (Rules.MaxButtons > 0)
            {
                yield return "buttons";
            }
            if (Rules.MaxRows > 0)
            {
                yield return "list";
            }
            if (Rules.TakesLinks)
            {
                yield return "link";
            }
            if (Rules.TakesPlaces)
            {
                yield return "place";
                yield return "card";
            }
        }
    }

    /// <param name="typed">What stands in the composer.</param>
    public async Task ShowAsync(string typed)
    {
        (problem, key, begunWith) = (null, Guid.CreateVersion7().ToString("N"), typed);
        text = typed.Length > 0 ? typed : text;
        Take(kind.Length == 0 ? Kinds.First() : kind);
        await dialog!.ShowAsync();
    }

    private void Take(string chosen)
    {
        kind = chosen;
        wrong = new Dictionary<string, string>(StringComparer.Ordinal);
        if (buttons.Count == 0)
        {
            buttons.AddRange([null, null]);
        }
        if (rows.Count == 0)
        {
            rows.AddRange([new Row(), new Row()]);
        }
    }

    private async Task<bool> SubmitAsync()
    {
        (problem, wrong) = (null, new Dictionary<string, string>(StringComparer.Ordinal));
        if (Read() is not { } rich)
        {
            wrong = new Dictionary<string, string>(StringComparer.Ordinal) { ["place"] = "" };
            return false;
        }
        var said = HasText ? (text ?? "").Trim() : "";
        var refused = await Send(
            new OutgoingText(said, IsPrivate: false, key) { Rich = rich },
            begunWith
        );
        if (refused is null)
        {
            Clear();
            return true;
        }
        wrong = refused.Fields ?? wrong;
        problem = wrong.Count > 0 && wrong.Keys.All(IsShown) ? null : L.Of(refused);
        return false;
    }

    /// <returns>Null when a place's numbers are none.</returns>
    private MessageRich? Read()
    {
        var rich = new MessageRich
        {
            Header = HasText ? OrNull(header) : null,
            Footer = HasText ? OrNull(footer) : null,
        };
        return kind switch
        {
            "buttons" => rich with
            {
                Buttons =
                [
                    .. buttons
                        .Select(OrNull)
                        .OfType<string>()
                        .Select((title, at) => new MessageButton(title, $"choice_{at + 1}")),
                ],
            },
            "list" => rich with
            {
                List = new MessageList(
                    (opens ?? "").Trim(),
                    [
                        new MessageListSection(
                            Title: null,
                            [
                                .. rows.Where(r => OrNull(r.Title) is not null)
                                    .Select(
                                        (r, at) =>
                                            new MessageListRow(
                                                r.Title!.Trim(),
                                                $"choice_{at + 1}",
                                                OrNull(r.More)
                                            )
                                    ),
                            ]
                        ),
                    ]
                ),
            },
            "link" => rich with
            {
                Link = new MessageLink((linkTitle ?? "").Trim(), (linkUrl ?? "").Trim()),
            },
            "card" => rich with
            {
                Card = new MessageCard((cardName ?? "").Trim(), (cardPhone ?? "").Trim()),
            },
            _ => Number(latitude) is { } north && Number(longitude) is { } east
                ? rich with
                {
                    Place = new MessagePlace(north, east, OrNull(placeName), OrNull(placeAddress)),
                }
                : null,
        };
    }

    private void Clear()
    {
        (text, header, footer, opens) = (null, null, null, null);
        (linkTitle, linkUrl) = (null, null);
        (latitude, longitude, placeName, placeAddress) = (null, null, null, null);
        (cardName, cardPhone) = (null, null);
        buttons.Clear();
        rows.Clear();
    }

    private string? ProblemOf(string field) =>
        wrong.ContainsKey(field) ? L[$"Rich.Problem.{field}", MaxText].Value : null;

    private bool IsShown(string field) =>
        field
            is "text"
                or "header"
                or "footer"
                or "buttons"
                or "list"
                or "link"
                or "place"
                or "card";

    private static string? OrNull(string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();

    /// <summary>As people write it: with a point, or with a comma.</summary>
    private static double? Number(string? typed) =>
        double.TryParse(
            typed?.Trim().Replace(',', '.'),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;

    private sealed class Row
    {
        public string? Title { get; set; }
        public string? More { get; set; }
    }
}
