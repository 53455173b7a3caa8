using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Shared;

/// <summary>A person's picture, else initials on a colour that belongs to the name: the same person looks the same everywhere.</summary>
public sealed partial class Avatar
{
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>The address of their picture; where it cannot be had, the initials stay.</summary>
    [Parameter]
    public string? Image { get; set; }

    [Parameter]
    public int Size { get; set; } = 36;

    private string Style =>
        string.Create(CultureInfo.InvariantCulture, $"--size:{Size}px;--hue:{Hue(Name)}");

    private string Initials
    {
        get
        {
            var words = Name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var letters = words
                .Where(word => Rune.GetRuneAt(word, 0) is var rune && Rune.IsLetter(rune))
                .Select(word => Rune.ToUpperInvariant(Rune.GetRuneAt(word, 0)).ToString())
                .ToList();
            return letters.Count switch
            {
                0 => "#",
                1 => letters[0],
                _ => letters[0] + letters[^1],
            };
        }
    }

    /// <summary>FNV-1a, since string.GetHashCode differs from process to process. Twelve hues, apart enough to tell.</summary>
    private static int Hue(string name)
    {
        var hash = 2166136261u;
        foreach (var character in name)
        {
            hash = (hash ^ character) * 16777619u;
        }

        return (int)(hash % 12) * 30;
    }
}
