namespace FlameAssistant.Simulator.WhatsApp;

internal static class PhoneDigits
{
    public static string Of(string number) => string.Concat(number.Where(char.IsAsciiDigit));

    /// <summary>Digits, with at most the signs that people put between them.</summary>
    public static bool IsNumber(string value) =>
        value.All(c => char.IsAsciiDigit(c) || c is '+' or ' ' or '-' or '(' or ')' or '.')
        && Of(value).Length is >= 5 and <= 20;
}
