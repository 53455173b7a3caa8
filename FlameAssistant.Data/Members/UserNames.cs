using System.Text.RegularExpressions;

namespace FlameAssistant.Data.Members;

/// <summary>
/// Names to sign in with. They have no @, so that one field cannot mean two people; who chose none has one that is made of
/// their id, and that nobody is shown.
/// </summary>
public static partial class UserNames
{
    public static string Made(Guid userId) => $"u{userId:N}";

    public static bool IsMade(string name) => MadePattern().IsMatch(name);

    public static bool IsGood(string name) => GoodPattern().IsMatch(name) && !IsMade(name);

    [GeneratedRegex("^u[0-9a-f]{32}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MadePattern();

    [GeneratedRegex("^[a-z][a-z0-9._-]{2,29}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GoodPattern();
}
