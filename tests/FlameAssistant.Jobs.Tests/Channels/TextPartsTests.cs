using System.Globalization;
using System.Text;
using CsCheck;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Tests.Channels;

/// <summary>What holds for every text that is parted.</summary>
public sealed class TextPartsTests
{
    private static readonly string[] pieces =
    [
        "a",
        "palabra",
        " ",
        "\n",
        "\n\n",
        ". ",
        "ñ",
        "漢字",
        "😀",
        "👩‍👩‍👧‍👦",
        "🇧🇷",
        "e\u0301\u0302\u0303",
        new string('x', 70),
        "https://example.com/a?b=c",
    ];

    private static readonly Gen<string> texts = Gen.Int[0, pieces.Length - 1]
        .Select(i => pieces[i])
        .Array[0, 300]
        .Select(parts => string.Concat(parts));

    [Fact]
    public void Parts_should_fit_lose_nothing_and_cut_no_character() =>
        Gen.Select(texts, Gen.Int[60, 300], Gen.Bool)
            .Sample(
                (text, limit, byBytes) =>
                {
                    var parts = byBytes
                        ? TextParts.Split(text, int.MaxValue, limit)
                        : TextParts.Split(text, limit);

                    foreach (var part in parts)
                    {
                        (
                            byBytes ? Encoding.UTF8.GetByteCount(part) : part.Length
                        ).ShouldBeLessThanOrEqualTo(limit);
                    }
                    Bare(string.Concat(parts)).ShouldBe(Bare(text));
                    if (parts.Count > 1)
                    {
                        parts.ShouldAllBe(part => part.Length > 0 && part == part.Trim());
                        var whole = Characters(text).ToHashSet();
                        parts.SelectMany(Characters).ShouldAllBe(c => whole.Contains(c));
                    }
                }
            );

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("", 10, "")]
    [InlineData("one two three", 9, "one two|three")]
    [InlineData("First one. Second one here", 20, "First one.|Second one here")]
    [InlineData("line one\nline two goes on", 16, "line one|line two goes on")]
    [InlineData("para one xx\n\npara two\nmore", 22, "para one xx|para two\nmore")]
    [InlineData("abcdefghijklmnop", 10, "abcdefghij|klmnop")]
    public void Parts_should_end_at_sensible_places(string text, int limit, string expected) =>
        string.Join('|', TextParts.Split(text, limit)).ShouldBe(expected);

    [Fact]
    public void A_character_that_is_too_long_by_itself_should_be_cut_between_code_points()
    {
        var text = "e" + string.Concat(Enumerable.Repeat("\u0301", 100));

        var parts = TextParts.Split(text, int.MaxValue, 50);

        string.Concat(parts).ShouldBe(text);
        parts.ShouldAllBe(part => Encoding.UTF8.GetByteCount(part) <= 50);
    }

    private static string Bare(string text) =>
        string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static IEnumerable<string> Characters(string text)
    {
        var each = StringInfo.GetTextElementEnumerator(text);
        while (each.MoveNext())
        {
            yield return each.GetTextElement();
        }
    }
}
