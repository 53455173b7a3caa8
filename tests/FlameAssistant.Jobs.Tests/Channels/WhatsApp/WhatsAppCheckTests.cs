using System.Globalization;
using FlameAssistant.Data.Channels;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Channels.Meta;
using FlameAssistant.Jobs.Channels.WhatsApp;
using FlameAssistant.Jobs.Platform;
using FlameAssistant.Testing;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsApp;

/// <summary>What the wizard asks the provider, over HTTP.</summary>
public sealed class WhatsAppCheckTests : IAsyncLifetime
{
    private SimulatorHost simulator = null!;
    private FlameAssistant.Simulator.WhatsApp.SimulatedChannel number = null!;

    public async ValueTask InitializeAsync()
    {
        simulator = await SimulatorHost.StartAsync();
        simulator.Add(Fixtures.PhoneNumberId);
        number = simulator.State.Channels.Find(Fixtures.PhoneNumberId)!;
    }

    public ValueTask DisposeAsync() => simulator.DisposeAsync();

    [Fact]
    public async Task CheckAsync_should_say_whose_number_it_is()
    {
        var check = await CheckAsync();
        check.Findings.ShouldBeEmpty();
        check.Account.ShouldBe($"{number.DisplayPhoneNumber} · {number.Name}");
    }

    [Theory]
    [InlineData("access_token", "wrong", "token_wrong", "Invalid OAuth access token")]
    [InlineData("access_token", "two\nlines", "unreachable", null)]
    [InlineData("phone_number_id", "404", "phone_number_id_unknown", "does not exist")]
    [InlineData("waba_id", "404", "waba_id_unknown", "does not exist")]
    [InlineData("app_secret", "other", "app_secret", "appsecret_proof")]
    public async Task CheckAsync_should_say_what_is_wrong_where_with_the_providers_reason(
        string field,
        string value,
        string code,
        string? said
    )
    {
        var finding = (await CheckAsync((field, value))).Findings.ShouldHaveSingleItem();

        finding.Field.ShouldBe(code == "unreachable" ? null : field);
        finding.Code.ShouldBe(code);
        finding.IsWarning.ShouldBeFalse();
        if (said is not null)
        {
            finding.Said!.ShouldContain(said);
        }
        ShouldBeSaid(finding);
    }

    [Fact]
    public async Task CheckAsync_should_find_a_number_of_another_account()
    {
        simulator.State.Channels.Put(
            number with
            {
                PhoneNumberId = "222",
                WabaId = "another",
                DisplayPhoneNumber = "+57 300 000 0002",
            }
        );
        var finding = (await CheckAsync(("waba_id", "another"))).Findings.ShouldHaveSingleItem();
        (finding.Field, finding.Code).ShouldBe(("waba_id", "other_account"));
        ShouldBeSaid(finding);
    }

    [Theory]
    [InlineData("err_190_token_expired", "access_token", "token_expired")]
    [InlineData("err_2_service", null, "unreachable")]
    public async Task CheckAsync_should_understand_what_the_provider_answers(
        string fixture,
        string? field,
        string code
    )
    {
        var answer = Fixtures.Json($"whatsapp-cloud/{fixture}.json").AsObject();
        var status = answer["_http_status"]!.GetValue<int>();
        answer.Remove("_http_status");
        await using var graph = await AnswerServer.StartAsync(status, answer.ToJsonString());

        var finding = (await CheckAsync(("base_url", graph.Url))).Findings.ShouldHaveSingleItem();
        (finding.Field, finding.Code).ShouldBe((field, code));
        finding.Said.ShouldNotBeNullOrWhiteSpace();
        ShouldBeSaid(finding);
    }

    [Theory]
    [InlineData("""{"data":[{"permission":"email","status":"granted"}]}""", "no_sending", false)]
    [InlineData(
        """{"data":[{"permission":"whatsapp_business_messaging","status":"granted"}]}""",
        "no_managing",
        true
    )]
    public async Task CheckAsync_should_look_at_what_the_token_may_do(
        string permissions,
        string code,
        bool isWarning
    )
    {
        await using var graph = await AnswerServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/json";
            return context
                .Response.Body.WriteAsync(
                    System.Text.Encoding.UTF8.GetBytes(
                        context.Request.Path.Value!.EndsWith(
                            "permissions",
                            StringComparison.Ordinal
                        )
                            ? permissions
                        : context.Request.Path.Value.EndsWith(
                            "phone_numbers",
                            StringComparison.Ordinal
                        )
                            ? $$"""{"data":[{"id":"{{Fixtures.PhoneNumberId}}"}]}"""
                        : """{"display_phone_number":"+1"}"""
                    )
                )
                .AsTask();
        });

        var check = await CheckAsync(("base_url", graph.Url));
        var finding = check.Findings.ShouldHaveSingleItem();
        (finding.Field, finding.Code, finding.IsWarning).ShouldBe(
            ("access_token", code, isWarning)
        );
        check.IsOk.ShouldBe(isWarning);
        ShouldBeSaid(finding);
    }

    [Theory]
    [InlineData(502, "<html>")]
    [InlineData(200, "not json")]
    [InlineData(200, "[1]")]
    [InlineData(200, """{"data":"x"}""")]
    [InlineData(200, "null")]
    public async Task CheckAsync_should_not_stumble_over_odd_answers(int status, string body)
    {
        await using var graph = await AnswerServer.StartAsync(status, body);
        (await CheckAsync(("base_url", graph.Url))).IsOk.ShouldBeFalse();
    }

    [Fact]
    public async Task SubscribeAsync_should_ask_for_the_accounts_webhooks()
    {
        (await new WhatsAppCheck(Graph(), Candidate()).SubscribeAsync(default)).IsOk.ShouldBeTrue();
        var refused = await new WhatsAppCheck(
            Graph(),
            Candidate(("waba_id", "404"))
        ).SubscribeAsync(default);
        refused.Findings.ShouldHaveSingleItem().IsWarning.ShouldBeTrue();
        ShouldBeSaid(refused.Findings[0]);
    }

    private static void ShouldBeSaid(ChannelFinding finding)
    {
        foreach (var language in (string[])["en", "es"])
        {
            WhatsAppSettings
                .Definition.Say($"Check.{finding.Code}", CultureInfo.GetCultureInfo(language))
                .ShouldNotBeNullOrWhiteSpace();
        }
    }

    private Task<ChannelCheck> CheckAsync(params (string Field, string Value)[] changed) =>
        new WhatsAppCheck(Graph(), Candidate(changed)).RunAsync(default);

    private GraphClient Graph()
    {
        var outbound = new OutboundOptions();
        outbound.AllowedPrivateHosts.Add("127.0.0.1");
        return new GraphClient(
            new HttpClient(new OutboundAddresses(Options.Create(outbound)).NewHandler()),
            Options.Create(new GraphOptions { BaseUrl = simulator.Url, AllowChannelBaseUrl = true })
        );
    }

    private ChannelCandidate Candidate(params (string Field, string Value)[] changed)
    {
        var values = new Dictionary<string, string>
        {
            ["phone_number_id"] = number.PhoneNumberId,
            ["waba_id"] = number.WabaId,
            ["access_token"] = number.AccessToken,
            ["app_secret"] = number.AppSecret,
        };
        foreach (var (field, value) in changed)
        {
            values[field] = value;
        }
        return new ChannelCandidate(
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            number.PhoneNumberId,
            values,
            "http://localhost/webhooks/whatsapp/1"
        );
    }
}
