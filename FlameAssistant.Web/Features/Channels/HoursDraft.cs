using System.Globalization;
using FlameAssistant.Data.Channels;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>Working hours while somebody edits them: what is typed stays, right or wrong.</summary>
public sealed class HoursDraft
{
    private const int WholeDay = 24 * 60;

    public HoursDraft(WorkingHours hours)
    {
        IsAlways = hours.IsAlways;
        TimeZone = hours.TimeZone;
        Days = Enum.GetValues<DayOfWeek>()
            .ToDictionary(
                day => day,
                day =>
                    hours
                        .Week.Where(span => span.Day == day)
                        .OrderBy(span => span.From)
                        .Select(span => new SpanDraft
                        {
                            From = Write(span.From),
                            Until = Write(span.Until),
                        })
                        .ToList()
            );
        Holidays = [.. hours.Holidays.Order()];
    }

    public bool IsAlways { get; private set; }

    /// <summary>Empty is the workspace's.</summary>
    public string? TimeZone { get; set; }

    public IReadOnlyDictionary<DayOfWeek, List<SpanDraft>> Days { get; }

    public SortedSet<DateOnly> Holidays { get; }

    /// <summary>Chosen hours without any would be around the clock.</summary>
    public bool IsEmpty => !IsAlways && Days.Values.All(spans => spans.Count == 0);

    /// <summary>From Monday or Sunday, as the reader's calendars begin.</summary>
    public static IEnumerable<DayOfWeek> Week =>
        Enumerable
            .Range((int)CultureInfo.CurrentCulture.DateTimeFormat.FirstDayOfWeek, 7)
            .Select(day => (DayOfWeek)(day % 7));

    /// <summary>The first hours that somebody chooses begin with an office's.</summary>
    public void SetAlways(bool always)
    {
        IsAlways = always;
        if (IsEmpty)
        {
            for (var day = DayOfWeek.Monday; day <= DayOfWeek.Friday; day++)
            {
                Add(day);
            }
        }
    }

    public void Add(DayOfWeek day)
    {
        var spans = Days[day];
        spans.Add(
            spans.Count == 0
                ? new SpanDraft { From = new TimeOnly(9, 0), Until = new TimeOnly(18, 0) }
                : new SpanDraft { From = spans[^1].Until }
        );
    }

    public WorkingHours Read() =>
        new()
        {
            TimeZone = string.IsNullOrWhiteSpace(TimeZone) ? null : TimeZone.Trim(),
            Week = IsAlways
                ? []
                :
                [
                    .. Days.SelectMany(day =>
                        day.Value.Select(span => new WorkingSpan(
                            day.Key,
                            Minutes(span.From) ?? -1,
                            // Midnight at the end of the day, not at its beginning.
                            Minutes(span.Until) is { } until
                                ? until == 0
                                    ? WholeDay
                                    : until
                                : -1
                        ))
                    ),
                ],
            Holidays = IsAlways ? [] : [.. Holidays],
        };

    private static TimeOnly Write(int minutes) => TimeOnly.MinValue.AddMinutes(minutes % WholeDay);

    private static int? Minutes(TimeOnly? clock) => (int?)clock?.ToTimeSpan().TotalMinutes;
}

public sealed class SpanDraft
{
    public TimeOnly? From { get; set; }
    public TimeOnly? Until { get; set; }
}
