using System.Collections.Frozen;
using FlameAssistant.Data.Tenancy;
using PhoneNumbers;

namespace FlameAssistant.Data.Contacts;

/// <summary>
/// Numbers as people write them, as E.164. Which forms are one and the same number, <c>shared.phone_key</c> says, in the
/// database, for rows that nobody typed, too.
/// </summary>
public static class PhoneText
{
    private const int MaxLength = 50;

    private static readonly PhoneNumberUtil numbers = PhoneNumberUtil.GetInstance();

    // Where most people of a time zone dial; it helps those who leave out the country, and nobody else.
    private static readonly FrozenDictionary<string, string> regions = new Dictionary<
        string,
        string
    >(StringComparer.Ordinal)
    {
        ["America/Bogota"] = "CO",
        ["America/Lima"] = "PE",
        ["America/Santiago"] = "CL",
        ["America/Montevideo"] = "UY",
        ["America/Asuncion"] = "PY",
        ["America/La_Paz"] = "BO",
        ["America/Guayaquil"] = "EC",
        ["America/Caracas"] = "VE",
        ["America/Panama"] = "PA",
        ["America/Costa_Rica"] = "CR",
        ["America/Guatemala"] = "GT",
        ["America/Tegucigalpa"] = "HN",
        ["America/El_Salvador"] = "SV",
        ["America/Managua"] = "NI",
        ["America/Santo_Domingo"] = "DO",
        ["America/Havana"] = "CU",
        ["America/New_York"] = "US",
        ["America/Chicago"] = "US",
        ["America/Denver"] = "US",
        ["America/Los_Angeles"] = "US",
        ["Europe/Madrid"] = "ES",
        ["Atlantic/Canary"] = "ES",
        ["Europe/Lisbon"] = "PT",
        ["Europe/London"] = "GB",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] brazil =
    [
        "America/Sao_Paulo",
        "America/Bahia",
        "America/Fortaleza",
        "America/Recife",
        "America/Manaus",
        "America/Belem",
        "America/Cuiaba",
        "America/Maceio",
        "America/Porto_Velho",
        "America/Rio_Branco",
        "America/Campo_Grande",
    ];

    private static readonly string[] mexico =
    [
        "America/Mexico_City",
        "America/Monterrey",
        "America/Tijuana",
        "America/Cancun",
        "America/Merida",
        "America/Hermosillo",
        "America/Chihuahua",
        "America/Mazatlan",
        "America/Matamoros",
    ];

    /// <summary>Every country that a number can be of, as two letters.</summary>
    public static IReadOnlyList<string> Regions { get; } =
    [.. numbers.GetSupportedRegions().Order(StringComparer.Ordinal)];

    /// <summary>Null when it is no number that somebody could be called by.</summary>
    /// <param name="region">Of a number without its country, as two letters; null takes only numbers that begin with <c>+</c> or <c>00</c>.</param>
    public static string? Read(string text, string? region)
    {
        var typed = text.Trim();
        if (typed.Length is 0 or > MaxLength || typed.Any(char.IsLetter))
        {
            return null;
        }
        if (typed.StartsWith("00", StringComparison.Ordinal))
        {
            typed = "+" + typed[2..];
        }
        try
        {
            var number = numbers.Parse(WithoutOldMexican(typed), region);
            if (numbers.IsPossibleNumber(number))
            {
                return numbers.Format(number, PhoneNumberFormat.E164);
            }
        }
        catch (NumberParseException)
        {
            // Perhaps a whole number whose plus sign was lost, as spreadsheets do.
        }
        return typed[0] is '+' || typed.Count(char.IsAsciiDigit) < 11
            ? null
            : Read("+" + typed, null);
    }

    /// <summary>Until 2019 a 1 stood before the mobiles of Mexico; WhatsApp's ids still have it.</summary>
    private static string WithoutOldMexican(string typed)
    {
        var digits = string.Concat(typed.Where(char.IsAsciiDigit));
        return
            typed[0] == '+'
            && digits.Length == 13
            && digits.StartsWith("521", StringComparison.Ordinal)
            ? "+52" + digits[3..]
            : typed;
    }

    /// <summary>As it is read best where there is a country for it; as it stands otherwise.</summary>
    public static string Show(string e164)
    {
        try
        {
            var number = numbers.Parse(WithoutOldMexican(e164), null);
            return numbers.IsPossibleNumber(number)
                ? numbers.Format(number, PhoneNumberFormat.INTERNATIONAL)
                : e164;
        }
        catch (NumberParseException)
        {
            return e164;
        }
    }

    /// <summary>Where a tenant most likely is, by its time zone; null when that says nothing.</summary>
    public static string? RegionOf(TenantRef tenant)
    {
        var zone = tenant.Defaults.TimeZone;
        return regions.TryGetValue(zone, out var region) ? region
            : brazil.Contains(zone, StringComparer.Ordinal) ? "BR"
            : mexico.Contains(zone, StringComparer.Ordinal) ? "MX"
            : zone.StartsWith("America/Argentina/", StringComparison.Ordinal)
            || zone == "America/Buenos_Aires"
                ? "AR"
            : null;
    }
}
