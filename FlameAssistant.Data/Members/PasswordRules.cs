namespace FlameAssistant.Data.Members;

public enum PasswordWeakness
{
    TooShort,
    TooLong,
    TooFewCharacters,
}

/// <summary>Length is what makes a password strong (ASVS 2.1); forced signs only make it predictable.</summary>
public static class PasswordRules
{
    public const int MinimumLength = 10;
    public const int MaximumLength = 128;
    private const int MinimumDistinct = 4;

    /// <returns>Null when it is good enough.</returns>
    public static PasswordWeakness? Check(string password) =>
        password.Length < MinimumLength ? PasswordWeakness.TooShort
        : password.Length > MaximumLength ? PasswordWeakness.TooLong
        : password.Distinct().Count() < MinimumDistinct ? PasswordWeakness.TooFewCharacters
        : null;

    /// <inheritdoc cref="Check"/>
    public static string? WhyWeak(string password) =>
        Check(password) switch
        {
            PasswordWeakness.TooShort =>
                $"it has {password.Length} characters, at least {MinimumLength} are needed.",
            PasswordWeakness.TooLong => $"at most {MaximumLength} characters are allowed.",
            PasswordWeakness.TooFewCharacters => "it repeats too few characters.",
            _ => null,
        };
}
