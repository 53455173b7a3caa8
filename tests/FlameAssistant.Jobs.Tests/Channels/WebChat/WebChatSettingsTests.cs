using FlameAssistant.Jobs.Channels.WebChat;

namespace FlameAssistant.Jobs.Tests.Channels.WebChat;

public sealed class WebChatSettingsTests
{
    [Theory]
    [InlineData("https://shop.example", "https://shop.example")]
    [InlineData("https://Shop.Example/", "https://shop.example")]
    [InlineData("shop.example", "https://shop.example")]
    [InlineData("http://localhost:8080", "http://localhost:8080")]
    [InlineData("https://*.shop.example", "https://*.shop.example")]
    [InlineData("https://shop.example/path", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("*", null)]
    [InlineData("https://a b", null)]
    [InlineData("https://a; script-src *", null)]
    public void An_address_should_be_an_origin_or_nothing(string address, string? origin) =>
        WebChatSettings.OriginOf(address).ShouldBe(origin);

    [Theory]
    [InlineData("#ffffff", "#000000")]
    [InlineData("#ffee00", "#000000")]
    [InlineData("#000000", "#ffffff")]
    [InlineData("#c2410c", "#ffffff")]
    [InlineData("#1466c9", "#ffffff")]
    public void Ink_should_be_read_on_the_colour(string color, string ink) =>
        WebChatSettings.InkOn(color).ShouldBe(ink);

    [Fact]
    public void What_is_not_understood_should_be_as_if_it_were_not_there()
    {
        var settings = WebChatSettings.Of(
            new Dictionary<string, string>
            {
                ["color"] = "red; background: url(x)",
                ["position"] = "up",
                ["ask_name"] = "required",
                ["ask_email"] = "no",
                ["greeting"] = "Hi",
                ["greeting_es"] = "Hola",
            }
        );

        settings.Color.ShouldBe(WebChatSettings.DefaultColor);
        settings.IsLeft.ShouldBeFalse();
        settings.Origins.ShouldBeEmpty();
        settings.AsksRating.ShouldBeTrue();
        settings.PreChat.ShouldBe([new PreChatField("name", IsRequired: true)]);
        (settings.Greeting("es"), settings.Greeting("pt")).ShouldBe(("Hola", "Hi"));
    }
}
