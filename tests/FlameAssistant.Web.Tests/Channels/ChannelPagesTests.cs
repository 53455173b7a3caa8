using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Web.Features.Channels;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FlameAssistant.Web.Tests.Channels;

public sealed class ChannelPagesTests : BunitContext
{
    private static readonly ChannelRow shop = FakeChannelsData.Shop;
    private readonly FakeChannelsData data = new();

    public ChannelPagesTests()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en-GB");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<IChannelsData>(data);
        Services.AddScoped<BrowserTime>();
        ComponentFactories.AddStub<SettingsTabs>();
        AddAuthorization().SetAuthorized("olga");
    }

    // ---------------------------------------------------------------- list

    [Theory]
    [InlineData(ChannelStatuses.Active, false, false, "Connected")]
    [InlineData(ChannelStatuses.Inactive, false, false, "Paused")]
    [InlineData(ChannelStatuses.Pending, false, false, "Not finished")]
    [InlineData(ChannelStatuses.Error, true, false, "Sign in again")]
    [InlineData(ChannelStatuses.Error, false, false, "Error")]
    [InlineData(ChannelStatuses.Active, false, true, "Holding back")]
    public void List_should_say_how_each_channel_fares(
        string status,
        bool needsAuth,
        bool held,
        string word
    )
    {
        data.Rows[0] = shop with
        {
            Status = status,
            Health = new ChannelHealth
            {
                NeedsAuth = needsAuth,
                RetryAt = held ? DateTimeOffset.UtcNow : null,
            },
        };
        var page = Render<ChannelsPage>(p => p.Add(x => x.Slug, "acme"));
        ById(page, "channel-state").TextContent.ShouldBe(word);
        ById(page, "channel")
            .QuerySelector("a")!
            .GetAttribute("href")
            .ShouldBe($"/t/acme/settings/channels/{shop.Id}");
        ById(page, "channels-quarantine").TextContent.ShouldContain("In quarantine: 3");
        ById(page, "catalogue-whatsapp")
            .GetAttribute("href")
            .ShouldBe("/t/acme/settings/channels/new/whatsapp");
    }

    [Fact]
    public void Empty_list_should_say_what_to_do_next()
    {
        data.Rows.Clear();
        var page = Render<ChannelsPage>(p => p.Add(x => x.Slug, "acme"));
        ById(page, "channels-empty").TextContent.ShouldContain("Choose one below");
    }

    [Fact]
    public async Task List_should_follow_what_happens()
    {
        var page = Render<ChannelsPage>(p => p.Add(x => x.Slug, "acme"));
        data.Rows[0] = shop with { Status = ChannelStatuses.Inactive };
        await page.InvokeAsync(data.Changed!);
        ById(page, "channel-state").TextContent.ShouldBe("Paused");
    }

    // ---------------------------------------------------------------- wizard

    [Fact]
    public void Form_should_be_drawn_from_the_definition()
    {
        var page = Wizard();
        ById(page, "channel-access_token").GetAttribute("type").ShouldBe("password");
        // To be copied elsewhere, so it is seen.
        var verify = ById(page, "channel-verify_token");
        (verify.GetAttribute("type"), verify.GetAttribute("value")!.Length).ShouldBe(("text", 32));
        ById(page, "channel-days").GetAttribute("type").ShouldBe("number");
        ById(page, "channel-colour").GetAttribute("value").ShouldBe("#ff0000");
        ById(page, "channel-place").QuerySelectorAll("option").Length.ShouldBe(3);
        ById(page, "channel-origins").TagName.ShouldBe("TEXTAREA");
        ById(page, "channel-on").GetAttribute("type").ShouldBe("checkbox");
        page.FindAll("[data-testid=channel-base_url]").ShouldBeEmpty();
        page.Find("details").QuerySelector("[data-testid=channel-days]").ShouldNotBeNull();
    }

    [Fact]
    public void Settings_for_developers_should_be_offered_in_development()
    {
        data.IsDevelopment = true;
        ById(Wizard(), "channel-base_url").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("en-GB", "This is missing.", "See the fields")]
    [InlineData("es", "Falta este dato.", "Mira los campos")]
    public void Wizard_should_say_what_is_wrong_at_the_field_and_keep_what_was_typed(
        string language,
        string missing,
        string whole
    )
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        data.Answer = new ConnectionAnswer(
            null,
            new Error(
                ErrorKind.Invalid,
                "channel.invalid",
                "english",
                new Dictionary<string, string> { ["access_token"] = "english" }
            ),
            null
        );
        var page = Wizard();
        ById(page, "channel-number").Change("987");
        ById(page, "channel-on").Change(true);
        ById(page, "channel-form").Submit();

        ById(page, "channel-access_token-problem").TextContent.ShouldContain(missing);
        ById(page, "channel-problem").TextContent.ShouldContain(whole);
        ById(page, "channel-number").GetAttribute("value").ShouldBe("987");
        var form = data.Calls.Single().Form!;
        (form.Values["number"], form.Values["on"]).ShouldBe(("987", "true"));
    }

    [Fact]
    public void Providers_reason_should_stand_at_the_field_and_warnings_beside()
    {
        data.Answer = new ConnectionAnswer(
            null,
            null,
            new ChannelCheck(
                null,
                new ChannelFinding("access_token", "token_wrong", "Session <b>expired</b>"),
                new ChannelFinding(null, "not_subscribed") { IsWarning = true }
            )
        );
        var page = Wizard();
        ById(page, "channel-check").Click();
        data.Calls.Single().What.ShouldBe("check");
        var problem = ById(page, "channel-access_token-problem");
        problem.TextContent.ShouldContain("WhatsApp says: “Session <b>expired</b>”");
        problem.QuerySelector("b").ShouldBeNull();
        ById(page, "channel-warning").ShouldNotBeNull();
        page.FindAll("[data-testid=channel-right]").ShouldBeEmpty();
    }

    [Fact]
    public void Reason_of_no_field_should_be_said_of_the_whole()
    {
        data.Answer = new ConnectionAnswer(
            null,
            null,
            new ChannelCheck(null, new ChannelFinding(null, "unreachable", "timeout"))
        );
        var page = Wizard();
        ById(page, "channel-check").Click();
        ById(page, "channel-problem").TextContent.ShouldContain("timeout");
    }

    [Fact]
    public void Account_that_is_taken_should_be_the_accounts_problem()
    {
        data.Answer = new ConnectionAnswer(
            null,
            ChannelErrors.AccountTaken("123") with
            {
                Fields = new Dictionary<string, string> { ["number"] = "english" },
            },
            null
        );
        var page = Wizard();
        ById(page, "channel-number").Change("123");
        ById(page, "channel-form").Submit();
        ById(page, "channel-number-problem")
            .TextContent.ShouldContain("connected to another workspace");
    }

    [Fact]
    public async Task Connected_should_show_what_to_copy_and_wait_for_the_first_message()
    {
        data.Answer = new ConnectionAnswer(null, null, new ChannelCheck("+57 300"));
        var page = Wizard();
        var token = ById(page, "channel-verify_token").GetAttribute("value");
        ById(page, "channel-form").Submit();

        var id = data.Calls.Single().Form!.ChannelId;
        ById(page, "address-callback")
            .GetAttribute("value")
            .ShouldBe($"https://flame.test/webhooks/whatsapp/{id}");
        ById(page, "address-verify_token").GetAttribute("value").ShouldBe(token);
        ById(page, "channel-first").TextContent.ShouldContain("Waiting");

        data.Rows.Add(
            shop with
            {
                Id = id,
                Health = new ChannelHealth { LastInboundAt = DateTimeOffset.UtcNow },
            }
        );
        await page.InvokeAsync(data.Changed!);
        ById(page, "channel-first").TextContent.ShouldContain("came in");
    }

    [Fact]
    public void Unknown_type_should_say_so() =>
        ById(Wizard("fax"), "new-channel-unknown").ShouldNotBeNull();

    [Fact]
    public void Who_may_not_manage_channels_should_be_told_so_everywhere()
    {
        data.May = false;
        ById(Wizard(), "new-channel-denied").ShouldNotBeNull();
        ById(Channel(), "channel-denied").ShouldNotBeNull();
        ById(Render<ChannelsPage>(p => p.Add(x => x.Slug, "acme")), "channels-denied")
            .ShouldNotBeNull();
    }

    // ---------------------------------------------------------------- one channel

    [Fact]
    public void Stored_secrets_should_not_be_shown_and_stay_when_nothing_is_typed()
    {
        var page = Channel();
        ById(page, "channel-access_token").GetAttribute("value").ShouldBe("");
        ById(page, "channel-number").GetAttribute("value").ShouldBe("123");
        page.Markup.ShouldContain("It is not shown again");
        ById(page, "channel-form").Submit();
        var form = data.Calls.Single().Form!;
        (form.Name, form.Values["access_token"], form.ChannelId).ShouldBe(("Shop", "", shop.Id));
    }

    [Fact]
    public void Renaming_should_be_refused_at_the_field()
    {
        data.Refusal = ChannelErrors.NameTaken("Store");
        var page = Channel();
        ById(page, "channel-rename").Change("Store");
        ById(page, "rename-form").Submit();
        data.Calls.Single().What.ShouldBe("rename Store");
        ById(page, "channel-rename-problem").TextContent.ShouldContain("“Store”");
    }

    [Fact]
    public async Task Pause_should_be_asked_for_and_resumed_at_once()
    {
        var page = Channel();
        ById(page, "channel-pause").Click();
        data.Calls.ShouldBeEmpty();
        ById(page, "confirm-submit").Click();
        data.Calls.Single().What.ShouldBe("paused True");

        data.Rows[0] = shop with { Status = ChannelStatuses.Inactive };
        await page.InvokeAsync(data.Changed!);
        ById(page, "channel-resume").Click();
        data.Calls[^1].What.ShouldBe("paused False");
    }

    [Fact]
    public void Removal_should_ask_for_the_name_and_lead_to_the_list()
    {
        data.Refusal = ChannelErrors.NameWrong;
        var page = Channel();
        ById(page, "channel-remove").Click();
        ById(page, "remove-name").Change("shop");
        page.Find("[data-testid=remove-dialog] form").Submit();
        ById(page, "remove-name-problem").TextContent.ShouldContain("exactly");

        data.Refusal = null;
        ById(page, "remove-name").Change("Shop");
        page.Find("[data-testid=remove-dialog] form").Submit();
        data.Calls[^1].What.ShouldBe("remove Shop");
        Services
            .GetRequiredService<NavigationManager>()
            .Uri.ShouldEndWith("/t/acme/settings/channels");
    }

    [Fact]
    public void Health_should_tell_errors_and_when_it_tries_again()
    {
        data.Rows[0] = shop with
        {
            Health = new ChannelHealth
            {
                RetryAt = DateTimeOffset.UtcNow.AddMinutes(1),
                LastError = "Service <i>down</i>",
                LastErrorAt = DateTimeOffset.UtcNow,
            },
        };
        var page = Channel();
        ById(page, "channel-sentence").TextContent.ShouldContain("Next attempt at");
        ById(page, "channel-error").TextContent.ShouldBe("Service <i>down</i>");
    }

    [Fact]
    public void Checking_should_show_what_the_provider_says()
    {
        var page = Channel();
        ById(page, "channel-check").Click();
        ById(page, "channel-right").TextContent.ShouldContain("+57 300");
        data.Answer = new ConnectionAnswer(
            shop.Id,
            null,
            new ChannelCheck(null, new ChannelFinding("access_token", "token_wrong", "Expired"))
        );
        ById(page, "channel-check").Click();
        ById(page, "channel-finding").TextContent.ShouldContain("Expired");
    }

    [Fact]
    public async Task What_is_typed_should_stay_when_something_happens_meanwhile()
    {
        var page = Channel();
        ById(page, "channel-number").Change("555");
        await page.InvokeAsync(data.Changed!);
        ById(page, "channel-number").GetAttribute("value").ShouldBe("555");
    }

    [Fact]
    public void Unknown_channel_should_say_so()
    {
        data.Rows.Clear();
        ById(Channel(), "channel-unknown").ShouldNotBeNull();
    }

    private IRenderedComponent<NewChannelPage> Wizard(string type = ChannelTypes.WhatsApp) =>
        Render<NewChannelPage>(p => p.Add(x => x.Slug, "acme").Add(x => x.Type, type));

    private IRenderedComponent<ChannelPage> Channel() =>
        Render<ChannelPage>(p => p.Add(x => x.Slug, "acme").Add(x => x.Id, shop.Id));

    private static IElement ById<T>(IRenderedComponent<T> page, string id)
        where T : IComponent => page.Find($"[data-testid='{id}']");
}
