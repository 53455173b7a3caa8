using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Tests.Channels;

public sealed class StorableTextTests
{
    [Theory]
    [InlineData("Olá 😀", "Olá 😀")]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("a\uD83Db", "a\uFFFDb")]
    [InlineData("\uDE00a", "\uFFFDa")]
    [InlineData("a\uD83D", "a\uFFFD")]
    [InlineData("", "")]
    public void Clean_should_replace_only_what_cannot_be_stored(string text, string stored) =>
        StorableText.Clean(text).ShouldBe(stored);
}
