using System.Globalization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace FlameAssistant.Web.Shared;

/// <summary>
/// Times as the person at the browser says them: the zone of their profile, else the browser's (asked once per circuit), and
/// their language.
/// </summary>
public sealed class BrowserTime(
    IJSRuntime js,
    TimeProvider time,
    IStringLocalizer<ShellText> texts,
    AuthenticationStateProvider? authentication = null
)
{
    public const string ZoneClaim = "zone";

    private TimeZoneInfo zone = TimeZoneInfo.Utc;
    private bool isKnown;

    /// <summary>Whose days the person counts in.</summary>
    public TimeZoneInfo Zone => zone;

    public string ZoneName => zone.Id;

    public DateTimeOffset Now => Local(time.GetUtcNow());

    public async Task EnsureAsync()
    {
        if (isKnown)
        {
            return;
        }

        if (await UseChosenAsync())
        {
            isKnown = true;
            return;
        }

        await using var module = await js.InvokeAsync<IJSObjectReference>("import", "./browser.js");
        var name = await module.InvokeAsync<string?>("timeZone");
        if (name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found))
        {
            zone = found;
        }

        isKnown = true;
    }

    /// <summary>On pages without a circuit, where the browser cannot be asked: the profile's zone, else UTC.</summary>
    public async Task EnsureStaticAsync()
    {
        await UseChosenAsync();
        isKnown = true;
    }

    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone);

    /// <summary>A time that the person's clock shows; one that a change of clocks leaves out is the next that exists.</summary>
    public DateTimeOffset AtLocal(DateTime clock)
    {
        var named = DateTime.SpecifyKind(clock, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(named))
        {
            named = named.AddMinutes(30);
        }
        return new DateTimeOffset(named, zone.GetUtcOffset(named));
    }

    public string Exact(DateTimeOffset at) => Local(at).ToString("f", CultureInfo.CurrentCulture);

    public string Clock(DateTimeOffset at) => Local(at).ToString("t", CultureInfo.CurrentCulture);

    public static string Machine(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>now, 5 min, 3 h, yesterday, Tue, Mar 12.</summary>
    public string Relative(DateTimeOffset at)
    {
        var (now, then) = (Now, Local(at));
        var age = now - then;
        var days = (now.Date - then.Date).Days;
        return (age, days) switch
        {
            ({ TotalMinutes: < 1 }, _) => texts["Time.Now"],
            ({ TotalHours: < 1 }, _) => texts["Time.Minutes", (int)age.TotalMinutes],
            (_, 0) => texts["Time.Hours", (int)age.TotalHours],
            (_, 1) => texts["Time.Yesterday"],
            (_, < 7) => then.ToString("ddd", CultureInfo.CurrentCulture),
            _ => ShortDate(then, now),
        };
    }

    /// <summary>A length of time: 12 min, 2 h 5 min, 3 d.</summary>
    public string Length(TimeSpan length) =>
        length switch
        {
            { TotalMinutes: < 60 } => texts["Time.Minutes", Math.Max(1, (int)length.TotalMinutes)],
            { TotalHours: < 10, Minutes: > 0 } => texts[
                "Time.HoursMinutes",
                (int)length.TotalHours,
                length.Minutes
            ],
            { TotalHours: < 48 } => texts["Time.Hours", (int)length.TotalHours],
            _ => texts["Time.Days", (int)length.TotalDays],
        };

    public string Day(DateTimeOffset at)
    {
        var (now, then) = (Now, Local(at));
        return (now.Date - then.Date).Days switch
        {
            0 => texts["Time.TodayTitle"],
            1 => texts["Time.YesterdayTitle"],
            _ => then.ToString(
                then.Year == now.Year
                    ? $"dddd, {CultureInfo.CurrentCulture.DateTimeFormat.MonthDayPattern}"
                    : "D",
                CultureInfo.CurrentCulture
            ),
        };
    }

    public string Date(DateTimeOffset at) => ShortDate(Local(at), Now);

    private async Task<bool> UseChosenAsync()
    {
        var chosen = authentication is null
            ? null
            : (await authentication.GetAuthenticationStateAsync()).User.FindFirst(ZoneClaim)?.Value;
        if (chosen is null || !TimeZoneInfo.TryFindSystemTimeZoneById(chosen, out var own))
        {
            return false;
        }

        zone = own;
        return true;
    }

    private static string ShortDate(DateTimeOffset then, DateTimeOffset now)
    {
        var pattern = CultureInfo
            .CurrentCulture.DateTimeFormat.MonthDayPattern.Replace(
                "MMMM",
                "MMM",
                StringComparison.Ordinal
            )
            .Replace(" 'de' ", " ", StringComparison.Ordinal);
        return then.ToString(
            then.Year == now.Year ? pattern : $"{pattern} yyyy",
            CultureInfo.CurrentCulture
        );
    }
}
