namespace FlameAssistant.Web.Features.Conversations;

public static class TagColor
{
    /// <summary>Only a colour becomes style.</summary>
    public static string? DotOf(string color) =>
        color.Length is 4 or 7 && color[0] == '#' && color.Skip(1).All(char.IsAsciiHexDigit)
            ? $"--dot:{color}"
            : null;
}
