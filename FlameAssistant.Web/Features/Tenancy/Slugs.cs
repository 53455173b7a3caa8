using System.Globalization;
using System.Text;

namespace FlameAssistant.Web.Features.Tenancy;

internal static class Slugs
{
    private const int MaxLength = 40;

    /// <summary>What a name would be as a slug: small letters without accents, the rest as single hyphens.</summary>
    public static string From(string? name)
    {
        var slug = new StringBuilder();
        foreach (var c in (name ?? "").Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(c) || (char.IsAsciiDigit(c) && slug.Length > 0))
            {
                slug.Append(c);
            }
            else if (
                CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark
                && slug.Length > 0
                && slug[^1] != '-'
            )
            {
                slug.Append('-');
            }
        }
        return slug.ToString(0, Math.Min(slug.Length, MaxLength)).TrimEnd('-');
    }
}
