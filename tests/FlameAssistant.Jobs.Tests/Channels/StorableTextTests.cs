using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Tests.Channels;

public sealed class StorableTextTests
{
    // Not a theory: attributes are written as UTF-8, which has no half of a surrogate pair.
    [Fact]
    public void Clean_should_replace_only_what_cannot_be_stored()
    {
        StorableText.Clean("Olá 😀").ShouldBe("Olá 😀");
        StorableText.Clean("a\0b").ShouldBe("a\uFFFDb");
        StorableText.Clean("a\uD83Db").ShouldBe("a\uFFFDb");
        StorableText.Clean("\uDE00a").ShouldBe("\uFFFDa");
        StorableText.Clean("a\uD83D").ShouldBe("a\uFFFD");
        StorableText.Clean("").ShouldBe("");
    }
}
