using System.Text;
using FlameAssistant.Jobs.Channels;

namespace FlameAssistant.Jobs.Tests.Channels;

public sealed class QuarantineViewTests
{
    [Theory]
    [InlineData("""{"access_token":"planted-secret-1"}""")]
    [InlineData("""{"entry":[{"Hub-Secret":"planted-secret-1"}]}""")]
    [InlineData("""{"headers":{"Authorization":"planted-secret-1"}}""")]
    [InlineData("""{"a":"https://x.test/?access_token=planted-secret-1&b=1"}""")]
    [InlineData("""{"a":"use Bearer planted-secret-1 here"}""")]
    [InlineData("broken { access_token=planted-secret-1")]
    [InlineData("""{"a":"the channel's: planted-secret-1"}""")]
    public void Show_should_hide_what_is_secret(string body)
    {
        var shown = Show(body, body.Contains("channel's") ? ["planted-secret-1"] : []);
        shown.ShouldNotContain("planted-secret-1");
        shown.ShouldContain(QuarantineView.Hidden);
    }

    [Theory]
    [InlineData("EAAGm0PX4ZCpsBAKZCZBZCZBsecretsecretsecret")]
    [InlineData("123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawX")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.SflKxwRJSMeKKF2QT4")]
    [InlineData("fla_live_abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("vst_abcdefghijklmnop")]
    public void Show_should_hide_what_looks_like_a_token(string token) =>
        Show($$$"""{"text":{"body":"look: {{{token}}} !"}}""").ShouldNotContain(token);

    [Fact]
    public void Show_should_indent_and_keep_what_customers_wrote()
    {
        var shown = Show("""{"messages":[{"id":"wamid.1","text":{"body":"¿Qué tal? <b> 😀"}}]}""");
        shown.ShouldContain("¿Qué tal? <b> 😀");
        shown.ShouldContain("wamid.1");
        shown.Split('\n').Length.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void Show_should_make_invisible_characters_visible()
    {
        var shown = Show("a\0b\u202Ec\u0007");
        shown.ShouldBe("a\\u0000b\\u202ec\\u0007");
    }

    [Fact]
    public void Show_should_stand_whatever_comes()
    {
        QuarantineView.Show([0xff, 0xfe, 0x00, 0xc3], []).ShouldNotBeNull();
        QuarantineView.Show([], []).ShouldBe("");
        Show("""{"a":1,"a":2}""").ShouldNotBeNull();
        Show("""{"a":"\uD800"}""").ShouldNotBeNull();
        Show(new string('[', 5000)).ShouldNotBeNull();
        Show(new string('x', QuarantineView.MaxCharacters + 10))
            .Length.ShouldBe(QuarantineView.MaxCharacters + 1);
        Show("null").ShouldBe("null");
    }

    private static string Show(string body, params string[] known) =>
        QuarantineView.Show(Encoding.UTF8.GetBytes(body), known);
}
