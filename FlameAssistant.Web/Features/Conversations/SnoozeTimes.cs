namespace FlameAssistant.Web.Features.Conversations;

/// <summary>Until when one says "later": times of the person's own clock, at nine in the morning.</summary>
public static class SnoozeTimes
{
    private const int Morning = 9;

    public static IReadOnlyList<(string Key, DateTimeOffset At)> Of(DateTimeOffset now)
    {
        var monday = ((int)DayOfWeek.Monday - (int)now.DayOfWeek + 7) % 7;
        return
        [
            ("later", now.AddHours(3)),
            ("tomorrow", Tomorrow(now)),
            ("week", At(now, monday == 0 ? 7 : monday)),
        ];
    }

    public static DateTimeOffset Tomorrow(DateTimeOffset now) => At(now, 1);

    private static DateTimeOffset At(DateTimeOffset now, int days) =>
        new(now.Date.AddDays(days).AddHours(Morning), now.Offset);
}
