using System.Diagnostics.CodeAnalysis;

namespace FlameAssistant.Data.Shared;

/// <summary>What PostgreSQL cannot store (U+0000, halves of surrogate pairs) becomes U+FFFD; nothing else is changed.</summary>
public static class StorableText
{
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Clean(string? text)
    {
        if (text is null || !text.Any(unit => unit == '\0' || char.IsSurrogate(unit)))
        {
            return text;
        }
        return string.Create(
            text.Length,
            text,
            static (to, from) =>
            {
                for (var i = 0; i < from.Length; i++)
                {
                    if (
                        char.IsHighSurrogate(from[i])
                        && i + 1 < from.Length
                        && char.IsLowSurrogate(from[i + 1])
                    )
                    {
                        to[i] = from[i];
                        to[i + 1] = from[++i];
                    }
                    else
                    {
                        to[i] = from[i] == '\0' || char.IsSurrogate(from[i]) ? '\uFFFD' : from[i];
                    }
                }
            }
        );
    }
}
