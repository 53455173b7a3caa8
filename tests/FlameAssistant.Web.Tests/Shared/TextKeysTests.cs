using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Tests.Shared;

/// <summary>A key that the code asks for and nobody wrote would be shown as it is.</summary>
public sealed partial class TextKeysTests
{
    [Fact]
    public void Every_key_that_code_asks_for_should_be_written()
    {
        var asked = Asked().Distinct().ToList();
        asked.Count.ShouldBeGreaterThan(150);
        asked
            .Where(a => !KeysOf(a.Texts).Contains(a.Key))
            .Select(a => $"{a.Texts}: {a.Key} ({a.File})")
            .ShouldBeEmpty();
    }

    private static IEnumerable<(string Texts, string Key, string File)> Asked()
    {
        var web = Path.Combine(Root(), "FlameAssistant.Web");
        foreach (var file in Directory.EnumerateFiles(web, "*.*", SearchOption.AllDirectories))
        {
            if (
                Path.GetExtension(file) is not (".cs" or ".razor")
                || file.Contains(
                    $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
                    StringComparison.Ordinal
                )
            )
            {
                continue;
            }
            var code = File.ReadAllText(file);
            // What a component's markup injects, its code beside it uses.
            var beside = file.EndsWith(".razor.cs", StringComparison.Ordinal)
                ? File.ReadAllText(file[..^".cs".Length])
                : "";
            var localizers = Localizer()
                .Matches(code + beside)
                .ToDictionary(m => m.Groups["name"].Value, m => m.Groups["texts"].Value);
            foreach (Match use in Use().Matches(code))
            {
                if (localizers.TryGetValue(use.Groups["name"].Value, out var texts))
                {
                    yield return (texts, use.Groups["key"].Value, Path.GetFileName(file));
                }
            }
        }
    }

    private static HashSet<string> KeysOf(string texts)
    {
        var assembly = typeof(App).Assembly;
        var name = assembly
            .GetManifestResourceNames()
            .Single(n => n.EndsWith($".{texts}.resources", StringComparison.Ordinal));
        return
        [
            .. new ResourceManager(name[..^".resources".Length], assembly)
                .GetResourceSet(CultureInfo.InvariantCulture, true, false)!
                .Cast<System.Collections.DictionaryEntry>()
                .Select(entry => (string)entry.Key),
        ];
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FlameAssistant.sln")))
        {
            folder = folder.Parent!;
        }
        return folder.FullName;
    }

    [GeneratedRegex(
        @"IStringLocalizer<(?<texts>\w+)>\s+(?<name>\w+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Localizer();

    [GeneratedRegex(
        """\b(?<name>[A-Za-z]\w*)\[\s*"(?<key>[^"{}]+)"\s*[,\]]""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Use();
}
