using System.Globalization;
using FlameAssistant.Data.Channels;

namespace FlameAssistant.Data.Tests.Channels;

/// <summary>Time that counts: over nights, weekends, holidays, midnight and both changes of the clock.</summary>
public sealed class WorkingHoursTests
{
    private static readonly DayOfWeek[] weekdays =
    [
        DayOfWeek.Monday,
        DayOfWeek.Tuesday,
        DayOfWeek.Wednesday,
        DayOfWeek.Thursday,
        DayOfWeek.Friday,
    ];

    private static readonly WorkingHours office = new()
    {
        TimeZone = "Europe/Madrid",
        Week = [.. weekdays.Select(d => WorkingSpan.Of(d, "09:00", "18:00"))],
        Holidays = [new DateOnly(2026, 1, 6)],
    };

    private static readonly WorkingHours night = new()
    {
        TimeZone = "Europe/Madrid",
        Week =
        [
            .. Enum.GetValues<DayOfWeek>()
                .SelectMany(d =>
                    new[]
                    {
                        WorkingSpan.Of(d, "22:00", "24:00"),
                        WorkingSpan.Of(d, "00:00", "06:00"),
                    }
                ),
        ],
    };

    [Theory]
    [InlineData("2026-01-07T09:30:00+01:00", 60, "2026-01-07T10:30:00+01:00")]
    [InlineData("2026-01-07T17:30:00+01:00", 60, "2026-01-08T09:30:00+01:00")]
    [InlineData("2026-01-09T17:30:00+01:00", 60, "2026-01-12T09:30:00+01:00")]
    [InlineData("2026-01-05T17:30:00+01:00", 60, "2026-01-07T09:30:00+01:00")]
    [InlineData("2026-01-10T12:00:00+01:00", 30, "2026-01-12T09:30:00+01:00")]
    [InlineData("2026-01-07T17:00:00+01:00", 60, "2026-01-07T18:00:00+01:00")]
    // Friday in winter time, Monday in summer time.
    [InlineData("2026-03-27T17:30:00+01:00", 60, "2026-03-30T09:30:00+02:00")]
    public void Add_should_count_office_hours(string from, int minutes, string expected) =>
        Add(office, from, minutes).ShouldBe(At(expected));

    [Theory]
    [InlineData("2026-01-07T23:30:00+01:00", 60, "2026-01-08T00:30:00+01:00")]
    // The night of 29 March has no hour from two to three: 23:00 and five hours is five o'clock.
    [InlineData("2026-03-28T23:00:00+01:00", 300, "2026-03-29T05:00:00+02:00")]
    // The night of 25 October has it twice.
    [InlineData("2026-10-24T23:00:00+02:00", 300, "2026-10-25T03:00:00+01:00")]
    public void Add_should_count_elapsed_time_over_midnight_and_the_clock(
        string from,
        int minutes,
        string expected
    ) => Add(night, from, minutes).ShouldBe(At(expected));

    [Fact]
    public void An_hour_that_the_clock_leaves_out_should_begin_at_the_jump()
    {
        var hours = new WorkingHours
        {
            TimeZone = "Europe/Madrid",
            Week = [WorkingSpan.Of(DayOfWeek.Sunday, "02:30", "04:00")],
        };
        Add(hours, "2026-03-29T00:00:00+01:00", 15).ShouldBe(At("2026-03-29T03:15:00+02:00"));
    }

    [Fact]
    public void No_hours_should_be_always() =>
        Add(WorkingHours.Always, "2026-01-10T12:00:00Z", 90).ShouldBe(At("2026-01-10T13:30:00Z"));

    [Fact]
    public void Hours_should_survive_their_storage_and_tell_what_is_wrong()
    {
        var again = WorkingHours.Read(office.Write());
        again.Week.ShouldBe(office.Week);
        again.Holidays.ShouldBe(office.Holidays);
        again.Problems().ShouldBeEmpty();
        WorkingHours.Read("{}").IsAlways.ShouldBeTrue();
        new WorkingHours
        {
            TimeZone = "Europe/Nowhere",
            Week =
            [
                new(DayOfWeek.Monday, 600, 500),
                new(DayOfWeek.Friday, 0, 100),
                new(DayOfWeek.Friday, 50, 200),
            ],
        }
            .Problems()
            .Count.ShouldBe(3);
    }

    [Fact]
    public void Hours_without_any_work_should_end_the_search()
    {
        var never = new WorkingHours
        {
            Week = [WorkingSpan.Of(DayOfWeek.Monday, "10:00", "10:01")],
            Holidays = [],
        };
        Add(never, "2026-01-10T12:00:00Z", 100_000).ShouldBeGreaterThan(At("2030-01-01T00:00:00Z"));
    }

    private static DateTimeOffset Add(WorkingHours hours, string from, int minutes) =>
        hours.Add(At(from), TimeSpan.FromMinutes(minutes));

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
