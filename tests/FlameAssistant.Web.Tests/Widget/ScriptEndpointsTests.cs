using System.Net;
using System.Text;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Widget;

namespace FlameAssistant.Web.Tests.Widget;

/// <summary>What a site's page loads.</summary>
public sealed class ScriptEndpointsTests(WidgetHost host)
    : IClassFixture<WidgetHost>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Guid channel;

    public async ValueTask InitializeAsync()
    {
        tenant = await host.Database.NewTenantAsync();
        channel = await host.Database.NewWebChatAsync(
            tenant,
            settings:
            [
                (
                    "allowed_origins",
                    "https://shop.example\n*.shop.example:8443\nno address; script-src *"
                ),
                ("title", "</script><script>alert(1)"),
                ("color", "#ffee00"),
            ]
        );
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_script_should_be_small_kept_for_minutes_and_know_the_channel()
    {
        using var answer = await host.SendAsync(
            HttpMethod.Get,
            $"/widget.js?key={WidgetKey.Of(channel)}"
        );
        var bytes = await answer.Content.ReadAsByteArrayAsync();

        bytes.Length.ShouldBeLessThan(10 * 1024);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        answer.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromMinutes(5));
        var script = Encoding.UTF8.GetString(bytes);
        script.ShouldContain("#ffee00");
        // Black is read on yellow.
        script.ShouldContain("\"ink\":\"#000000\"");
        script.ShouldContain("https://*.shop.example:8443");
        script.ShouldNotContain("</script>");
        script.ShouldNotContain("eval(");
        using var again = new HttpRequestMessage(
            HttpMethod.Get,
            $"/widget.js?key={WidgetKey.Of(channel)}"
        );
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await host.Http.SendAsync(again);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("")]
    [InlineData("wgt_pub_0")]
    [InlineData("wgt_pub_00000000000070008000000000000000")]
    public async Task A_key_that_is_none_should_get_nothing(string key)
    {
        foreach (var path in new[] { "/widget.js", "/widget/frame" })
        {
            using var answer = await host.SendAsync(HttpMethod.Get, $"{path}?key={key}");
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
    }

    [Fact]
    public async Task The_frame_should_name_who_may_show_it_and_run_nothing_else()
    {
        using var answer = await host.SendAsync(
            HttpMethod.Get,
            $"/widget/frame?key={WidgetKey.Of(channel)}&lang=pt-BR"
        );
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        var html = await answer.Content.ReadAsStringAsync();

        policy.ShouldContain(
            "frame-ancestors 'self' https://shop.example https://*.shop.example:8443"
        );
        policy.ShouldNotContain("no address");
        policy.ShouldContain("script-src 'self';");
        policy.ShouldNotContain("unsafe");
        html.ShouldContain("<html lang=\"pt\">");
        html.ShouldNotContain("<script>alert");
        html.ShouldContain("Escreva uma mensagem");
    }

    [Theory]
    [InlineData("es", "Escribe un mensaje")]
    [InlineData("en-GB", "Write a message")]
    [InlineData("pt", "Escreva uma mensagem")]
    [InlineData("fr", "Write a message")]
    public async Task The_frame_should_speak_the_pages_language(string language, string text)
    {
        using var answer = await host.SendAsync(
            HttpMethod.Get,
            $"/widget/frame?key={WidgetKey.Of(channel)}&lang={language}"
        );
        (await answer.Content.ReadAsStringAsync()).ShouldContain(text);
    }

    [Fact]
    public async Task The_demo_page_should_be_as_strict_as_a_strict_site()
    {
        using var answer = await host.SendAsync(HttpMethod.Get, WidgetSnippet.DemoPath(channel));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer
            .Headers.GetValues("Content-Security-Policy")
            .Single()
            .ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
        (await answer.Content.ReadAsStringAsync()).ShouldContain(WidgetKey.Of(channel));
        using var unknown = await host.SendAsync(
            HttpMethod.Get,
            WidgetSnippet.DemoPath(Guid.NewGuid())
        );
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Assets_should_be_kept_for_good_by_their_content()
    {
        using var answer = await host.SendAsync(HttpMethod.Get, WidgetAssets.Url("frame.js"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromDays(365));
        using var none = await host.SendAsync(HttpMethod.Get, "/widget/assets/web.config");
        none.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
