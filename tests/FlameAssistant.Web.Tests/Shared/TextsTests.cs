using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Tests.Shared;

public sealed partial class TextsTests
{
    /// <summary>Every text class of the product: a resource file beside it is what makes it one.</summary>
    public static TheoryData<string> Texts() =>
        [
            .. typeof(App)
                .Assembly.GetManifestResourceNames()
                .Where(name => name.EndsWith(".resources", StringComparison.Ordinal))
                .Select(name => name[..^".resources".Length])
                .Where(name => name.EndsWith("Text", StringComparison.Ordinal)),
        ];

    [Fact]
    public void Product_should_have_texts() => Texts().Count.ShouldBeGreaterThanOrEqualTo(3);

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_text_should_exist_in_both_languages_with_the_same_places(string name)
    {
        var texts = new ResourceManager(name, typeof(App).Assembly);
        var english = Read(texts, "");
        var spanish = Read(texts, "es");

        spanish.Keys.Order().ShouldBe(english.Keys.Order());
        foreach (var (key, text) in english)
        {
            text.ShouldNotBeNullOrWhiteSpace(key);
            spanish[key].ShouldNotBeNullOrWhiteSpace(key);
            Places(spanish[key]).ShouldBe(Places(text), key);
        }
    }

    private static Dictionary<string, string> Read(ResourceManager texts, string culture)
    {
        var set = texts.GetResourceSet(
            new CultureInfo(culture),
            createIfNotExists: true,
            tryParents: false
        );
        return set.ShouldNotBeNull()
            .Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(
                entry => (string)entry.Key,
                entry => (string)entry.Value!,
                StringComparer.Ordinal
            );
    }

    private static string Places(string text) =>
        string.Join(
            ',',
            Place().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal)
        );

    [GeneratedRegex(@"\{\d\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
