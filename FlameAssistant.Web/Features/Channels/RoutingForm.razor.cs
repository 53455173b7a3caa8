using System.Globalization;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>Who answers one channel, when, and by when. Saved as a whole; what is wrong is said at its field.</summary>
public sealed partial class RoutingForm
{
    private readonly HashSet<Guid> members = [];
    private HoursDraft? hours;
    private Guid shown;
    private Guid? team;
    private string mode = AssignmentModes.None;
    private string? minutes;
    private string? megabytes;
    private bool handBack;
    private bool isBusy;
    private string? problem;
    private IReadOnlyDictionary<string, string> wrong = new Dictionary<string, string>();

    [Parameter, EditorRequired]
    public required ChannelRouting Channel { get; set; }

    [Parameter, EditorRequired]
    public required RoutingView View { get; set; }

    [Parameter, EditorRequired]
    public required string BackHref { get; set; }

    [Parameter, EditorRequired]
    public required Func<SetChannelRouting, Task<Error?>> Save { get; set; }

    private string PoolText
    {
        get
        {
            var pool = View.Pool(team, members);
            return pool.Count == 0
                ? L["Pool.Nobody"]
                : L[
                    "Pool",
                    pool.Count,
                    pool.Count(person => person is { IsOnline: true, IsBusy: false }),
                    pool.Sum(person =>
                        Math.Max(0, person.Capacity - View.Open.GetValueOrDefault(person.UserId))
                    )
                ];
        }
    }

    /// <summary>Another channel is another form; a change that came live is no reason to lose what was typed.</summary>
    protected override void OnParametersSet()
    {
        if (shown == Channel.Id)
        {
            return;
        }
        shown = Channel.Id;
        (mode, team, handBack) = (Channel.AssignmentMode, Channel.TeamId, Channel.HandBack);
        minutes = Channel.FirstResponseMinutes?.ToString(CultureInfo.InvariantCulture);
        megabytes = Channel.MaxAttachmentMb?.ToString(CultureInfo.InvariantCulture);
        hours = new HoursDraft(Channel.Hours);
        members.Clear();
        members.UnionWith(Channel.Members.Intersect(View.People.Select(p => p.UserId)));
        (problem, wrong) = (null, new Dictionary<string, string>());
    }

    private string? ProblemOf(string field) =>
        wrong.ContainsKey(field) ? L[$"Problem.{field}"].Value : null;

    private async Task SubmitAsync()
    {
        (problem, wrong) = (null, new Dictionary<string, string>());
        if (hours!.IsEmpty)
        {
            wrong = new Dictionary<string, string>(StringComparer.Ordinal) { ["hours"] = "" };
            return;
        }
        isBusy = true;
        var error = await Save(
            new SetChannelRouting(
                Channel.Id,
                mode,
                mode == AssignmentModes.None ? null : team,
                handBack,
                hours.Read(),
                Number(minutes),
                Number(megabytes),
                [.. members]
            )
        );
        isBusy = false;
        wrong = error?.Fields ?? wrong;
        problem = error is null ? null : L.Of(error);
    }

    /// <summary>Nothing typed is no limit; what is no number is refused like one out of range.</summary>
    private static int? Number(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
        : -1;
}
