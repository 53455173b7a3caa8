using System.Net;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>The customer's page: their language, once, and nothing else of ours.</summary>
public sealed class RatingEndpointsTests(RoomsHost host) : IClassFixture<RoomsHost>, IAsyncLifetime
{
    private TenantRef tenant = null!;
    private string link = "";

    public async ValueTask InitializeAsync()
    {
        tenant = await host.Database.NewTenantAsync();
        var channel = await host.Database.NewChannelAsync(tenant);
        var conversation = (
            await host.Database.ReceiveAsync(tenant, channel, "5491155557000")
        ).ConversationId;
        var agent = await host.Database.NewMemberAsync(tenant);
        await host.Database.DoAsync(
            tenant,
            agent,
            new SetConversationStatus(conversation, ConversationStatuses.Resolved)
        );
        link = Urls.Rate(
            (
                await host
                    .Database.Get<RatingLinks>()
                    .CreateAsync(tenant, agent, conversation, default)
            ).Value
        );
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("es-AR,es;q=0.9", "¿Qué tan satisfecho")]
    [InlineData("pt-BR", "Qual é a sua satisfação")]
    [InlineData("de-DE,de;q=0.9,en;q=0.5", "How satisfied")]
    [InlineData("de", "How satisfied")]
    public async Task Page_should_speak_the_customers_language_and_set_no_cookie(
        string language,
        string words
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.Add("Accept-Language", language);

        using var page = await host.SendAsync(request);

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync()).ShouldContain(words);
        page.Headers.Contains("Set-Cookie").ShouldBeFalse();
        page.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Page_should_show_the_brand_and_fall_back_to_the_tenants_language()
    {
        var admin = await host.Database.NewMemberAsync(tenant, MemberRoles.Admin);
        var chosen = new TenantSettings(tenant.Name, "UTC", "es", "Café Ñandú");
        var saved = await host.Get<ChangeTenantSettings>()
            .RunAsync(tenant.Slug, chosen, admin, default);
        saved.IsOk.ShouldBeTrue();

        WebUtility.HtmlDecode(await WordsAsync("de")).ShouldContain("¿Qué tan satisfecho");
        WebUtility.HtmlDecode(await WordsAsync("de")).ShouldContain("Café Ñandú");
        (await WordsAsync("en")).ShouldContain("How satisfied");
        using var rated = await RateAsync(("score", "5"));
        WebUtility.HtmlDecode(await rated.Content.ReadAsStringAsync()).ShouldContain("Gracias");

        async Task<string> WordsAsync(string language)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, link);
            request.Headers.Add("Accept-Language", language);
            using var page = await host.SendAsync(request);
            return await page.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task Rating_should_count_once()
    {
        using var first = await RateAsync(("score", "5"), ("comment", "<b>¡Muy bien!</b>"));
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var second = await RateAsync(("score", "1"));
        second.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var page = await host.GetAsync(link);
        page.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await page.Content.ReadAsStringAsync()).ShouldContain("rate-gone");

        (
            await host.Database.AskAsync<int>(
                "SELECT satisfaction_score FROM conversations",
                tenant
            )
        ).ShouldBe(5);
        (
            await host.Database.AskAsync<string>(
                "SELECT satisfaction_comment FROM conversations",
                tenant
            )
        ).ShouldBe("<b>¡Muy bien!</b>");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("6")]
    [InlineData("")]
    [InlineData("many")]
    public async Task Score_that_is_none_should_be_asked_again_with_what_was_written(string score)
    {
        using var refused = await RateAsync(("score", score), ("comment", "<i>hola</i>"));

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var html = await refused.Content.ReadAsStringAsync();
        html.ShouldContain("rate-problem");
        html.ShouldContain("&lt;i&gt;hola&lt;/i&gt;");
    }

    [Fact]
    public async Task Unknown_link_should_be_a_friendly_page()
    {
        using var page = await host.GetAsync("/rate/rat_nothing");

        page.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await page.Content.ReadAsStringAsync()).ShouldContain("rate-gone");
    }

    private async Task<HttpResponseMessage> RateAsync(params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(
            fields.Select(f => KeyValuePair.Create(f.Name, f.Value))
        );
        return await host.Http.PostAsync(link, form);
    }
}
