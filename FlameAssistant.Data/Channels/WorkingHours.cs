using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Channels;

/// <summary>
/// When a channel is worked on: weekly hours in its time zone or the tenant's, without its holidays. No hours at all is always.
/// </summary>
public sealed record WorkingHours
{
    // A target of a hundred thousand minutes in one hour a week is three years; beyond is no time any more.
    private const int MaxDays = 5000;

    public static WorkingHours Always { get; } = new();

    /// <summary>IANA name; null is the tenant's.</summary>
    [JsonPropertyName("time_zone")]
    public string? TimeZone { get; init; }

    [JsonPropertyName("week")]
    public IReadOnlyList<WorkingSpan> Week { get; init; } = [];

    /// <summary>Local dates on which nobody works.</summary>
    [JsonPropertyName("holidays")]
    public IReadOnlyList<DateOnly> Holidays { get; init; } = [];

    [JsonIgnore]
    public bool IsAlways => Week.Count == 0;

    public static WorkingHours Read(string json) =>
        JsonSerializer.Deserialize<WorkingHours>(json) ?? Always;

    /// <summary>In the tenant's time zone, if they have none of their own.</summary>
    public WorkingHours In(TenantDefaults tenant) =>
        TimeZone is null ? this with { TimeZone = tenant.TimeZone } : this;

    public string Write() => JsonSerializer.Serialize(this);

    /// <summary>All that is wrong with it, by field; empty when it can be used.</summary>
    public IReadOnlyList<(string Field, string Text)> Problems()
    {
        var problems = new List<(string, string)>();
        if (TimeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            problems.Add(
                ("timeZone", $"'{TimeZone}' is no time zone: use a name such as America/Bogota.")
            );
        }
        if (Week.Any(s => s.From >= s.Until || s.Until > 24 * 60 || s.From < 0))
        {
            problems.Add(("hours", "Hours end after they begin, within one day."));
        }
        if (Week.Any(s => !Enum.IsDefined(s.Day)))
        {
            problems.Add(("hours", "A day is one of the seven of the week."));
        }
        if (
            Week.GroupBy(s => s.Day)
                .Any(day =>
                    day.OrderBy(s => s.From)
                        .Zip(day.OrderBy(s => s.From).Skip(1))
                        .Any(p => p.First.Until > p.Second.From)
                )
        )
        {
            problems.Add(("hours", "Hours of one day overlap."));
        }
        if (Week.Count > 70)
        {
            problems.Add(("hours", "There may be 70 spans of hours at most."));
        }
        if (Holidays.Count > 400)
        {
            problems.Add(("holidays", "There may be 400 holidays at most."));
        }
        return problems;
    }

    /// <summary>The time at which so much working time has passed since <paramref name="from"/>.</summary>
    public DateTimeOffset Add(DateTimeOffset from, TimeSpan work)
    {
        if (IsAlways)
        {
            return from + work;
        }
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone ?? TenantDefaults.None.TimeZone);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime);
        for (var i = 0; i < MaxDays; i++, day = day.AddDays(1))
        {
            foreach (var (begins, ends) in SpansOf(day, zone))
            {
                var start = begins > from ? begins : from;
                if (ends <= start)
                {
                    continue;
                }
                // Elapsed time, not the clock's: an hour that the clock repeats or leaves out is not counted twice or at all.
                if (ends - start >= work)
                {
                    return start + work;
                }
                work -= ends - start;
            }
        }
        return from + TimeSpan.FromDays(MaxDays);
    }

    public bool IsOpen(DateTimeOffset at)
    {
        if (IsAlways)
        {
            return true;
        }
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone ?? TenantDefaults.None.TimeZone);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        return SpansOf(day, zone).Any(s => s.Begins <= at && at < s.Ends);
    }

    private IEnumerable<(DateTimeOffset Begins, DateTimeOffset Ends)> SpansOf(
        DateOnly day,
        TimeZoneInfo zone
    ) =>
        Holidays.Contains(day)
            ? []
            : Week.Where(s => s.Day == day.DayOfWeek)
                .OrderBy(s => s.From)
                .Select(s => (Instant(day, s.From, zone), Instant(day, s.Until, zone)));

    /// <summary>A clock time that does not exist on the day is the moment at which the clock jumps over it.</summary>
    private static DateTimeOffset Instant(DateOnly day, int minutes, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minutes);
        if (zone.IsInvalidTime(local))
        {
            var before = local;
            while (zone.IsInvalidTime(before))
            {
                before = before.AddMinutes(-1);
            }
            // The last minute before the gap, and one more.
            return new DateTimeOffset(before, zone.GetUtcOffset(before))
                .AddMinutes(1)
                .ToUniversalTime();
        }
        // Of a clock time that comes twice the first opens and the second closes would need a side: the first is meant.
        var offset = zone.IsAmbiguousTime(local)
            ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}

/// <summary>Hours of one weekday, in minutes of the local day; 1440 is midnight at its end.</summary>
public sealed record WorkingSpan(
    [property: JsonPropertyName("day")] DayOfWeek Day,
    [property: JsonPropertyName("from")] int From,
    [property: JsonPropertyName("until")] int Until
)
{
    public static WorkingSpan Of(DayOfWeek day, string from, string until) =>
        new(day, Minutes(from), Minutes(until));

    private static int Minutes(string clock) =>
        clock == "24:00"
            ? 24 * 60
            : (int)
                TimeOnly
                    .ParseExact(clock, "HH:mm", CultureInfo.InvariantCulture)
                    .ToTimeSpan()
                    .TotalMinutes;
}
