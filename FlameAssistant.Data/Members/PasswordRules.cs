namespace FlameAssistant.Data.Members;

/// <summary>Length is what makes a password strong (ASVS 2.1); forced signs only make it predictable.</summary>
public static class PasswordRules
{
    public const int MinimumLength = 10;
    public const int MaximumLength = 128;

    /// <returns>Null when it is good enough.</returns>
    public static string? WhyWeak(string password) =>
        password.Length < MinimumLength
            ? $"it has {password.Length} characters, at least {MinimumLength} are needed."
        : password.Length > MaximumLength ? $"at most {MaximumLength} characters are allowed."
        : password.Distinct().Count() < 4 ? "it repeats too few characters."
        : null;
}
