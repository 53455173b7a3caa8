using System.Net;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>From the customer's phone to the agent's screen and back, in a real browser.</summary>
public sealed class InboxJourneyTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    private const string Ana = "5511988887777";

    // ---------------------------------------------------------------- the way there and back

    [Theory]
    [InlineData(false, false, "en")]
    [InlineData(true, false, "es")]
    [InlineData(false, true, "es")]
    [InlineData(true, true, "en")]
    public async Task Customer_and_agent_should_talk(bool dark, bool phone, string language)
    {
        var name = $"{(phone ? "phone" : "desktop")}-{(dark ? "dark" : "light")}-{language}";
        var question = $"Olá! Entregam hoje? {name}";
        var answer = $"Sim, até as 18h. {name}";
        var login = await fixture.NewPageAsync(dark, phone, language);
        await login.GotoAsync("/account/login");
        await Expect(login.Locator("html")).ToHaveAttributeAsync("lang", language);
        await login.ShouldBeAccessibleAsync("login");
        await login.PictureAsync($"login-{name}");

        var agent = await fixture.NewAgentAsync(dark, phone, language);
        var problems = new List<string>();
        agent.PageError += (_, error) => problems.Add(error);
        var customer = await fixture.NewCustomerAsync(Ana, language);
        await customer.WriteAsync(question);

        // Live: nobody reloads.
        await Expect(agent.Row(question)).ToBeVisibleAsync();
        await Expect(agent.Row(question)).ToContainTextAsync("Ana Souza");
        await agent.ShouldBeAccessibleAsync("inbox");
        await agent.PictureAsync($"inbox-{name}");

        await agent.Row(question).ClickAsync();
        await Expect(agent.Message(question)).ToBeVisibleAsync();
        await agent.AnswerAsync(answer);

        var bubble = customer
            .Locator(".bubble[data-direction=out]")
            .Filter(new() { HasText = answer });
        await Expect(bubble).ToBeVisibleAsync();
        await Expect(agent.Message(answer, "read")).ToBeVisibleAsync();
        await Expect(agent.GetByTestId("composer")).ToHaveValueAsync("");
        await agent.ShouldBeAccessibleAsync("thread");
        await agent.PictureAsync($"thread-{name}");
        problems.ShouldBeEmpty();
        fixture.Simulator.Accepted().Count(m => m.Text == answer).ShouldBe(1);
    }

    [Fact]
    public async Task Hostile_text_should_be_harmless()
    {
        const string Text =
            "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>";
        var agent = await fixture.NewAgentAsync();
        var customer = await fixture.NewCustomerAsync("5215512345678");
        await customer.WriteAsync(Text);
        await agent.Row("<script>").ClickAsync();

        await Expect(agent.Message(Text)).ToBeVisibleAsync();
        (await agent.EvaluateAsync<bool>("'hacked' in window")).ShouldBeFalse();
        await agent.AnswerAsync(Text);
        await Expect(agent.Message(Text, "read")).ToBeVisibleAsync();
        (await agent.EvaluateAsync<bool>("'hacked' in window")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_failed_message_should_say_why_and_be_sent_again()
    {
        var agent = await OpenAsync("573001234567", "A question before the failure");
        fixture.Simulator.State.Channels.SetFaults(
            InboxApp.Account,
            new ChannelFaults { Error = "131047", Times = 1 }
        );

        await agent.AnswerAsync("Sent in the end");
        await Expect(agent.Message("Sent in the end", "failed")).ToBeVisibleAsync();
        await Expect(agent.GetByTestId("message-trouble")).ToContainTextAsync("24");
        fixture.Simulator.Accepted().ShouldNotContain(m => m.Text == "Sent in the end");
        await agent.GetByTestId("send-again").ClickAsync();

        await Expect(agent.Message("Sent in the end", "delivered")).ToBeVisibleAsync();
        fixture.Simulator.Accepted().Count(m => m.Text == "Sent in the end").ShouldBe(1);
    }

    [Fact]
    public async Task A_draft_should_survive_a_reload()
    {
        var agent = await OpenAsync("5511900000001", "A question with a draft");
        await (await agent.ComposerAsync()).FillAsync("Half an ans");
        await Eventually.IsTrueAsync(async () =>
            await fixture.Database.AskAsync<long>(
                "SELECT count(*) FROM conversation_members WHERE draft = 'Half an ans'",
                fixture.Tenant
            ) == 1
        );

        await agent.ReloadAsync();

        await Expect(agent.GetByTestId("composer")).ToHaveValueAsync("Half an ans");
    }

    // ---------------------------------------------------------------- who may enter

    [Fact]
    public async Task A_wrong_password_should_be_told_and_six_should_lock()
    {
        await fixture.NewUserAsync("locked@cafe.test");
        var page = await fixture.NewPageAsync();
        await page.GotoAsync("/account/login");
        await page.SignInAsync("locked@cafe.test", "wrong-password");
        await Expect(page.GetByTestId("sign-in-error")).ToContainTextAsync("not right");
        for (var attempt = 2; attempt <= 6; attempt++)
        {
            await page.GotoAsync("/account/login");
            await page.SignInAsync("locked@cafe.test", "wrong-password");
            await Expect(page.GetByTestId("sign-in-error")).ToBeVisibleAsync();
        }

        await page.GotoAsync("/account/login");
        await page.SignInAsync("locked@cafe.test", InboxApp.Password);

        await Expect(page.GetByTestId("sign-in-error")).ToContainTextAsync("locked");
    }

    [Fact]
    public async Task Signing_out_should_end_it()
    {
        var agent = await fixture.NewAgentAsync();
        await agent.GetByTestId("user-menu").ClickAsync();
        await agent.GetByTestId("sign-out").ClickAsync();
        await Expect(agent.GetByTestId("sign-in-submit")).ToBeVisibleAsync();

        await agent.GotoAsync($"/t/{InboxApp.Slug}/inbox");

        await Expect(agent.GetByTestId("sign-in-submit")).ToBeVisibleAsync();
        await Expect(agent.GetByTestId("conversation-list")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("/t/other/inbox")]
    [InlineData("/t/system/inbox")]
    [InlineData("/t/nobody/inbox")]
    [InlineData("/t/system")]
    public async Task Other_workspaces_should_not_be_there(string path)
    {
        var agent = await fixture.NewAgentAsync();

        var answer = await agent.GotoAsync(path);

        answer!.Status.ShouldBe((int)HttpStatusCode.NotFound);
        await Expect(agent.GetByTestId("not-found")).ToBeVisibleAsync();
        if (path.Contains("other", StringComparison.Ordinal))
        {
            await agent.ShouldBeAccessibleAsync("not found");
        }
    }

    [Fact]
    public async Task A_shared_address_without_settings_should_not_be_found()
    {
        var body = Fixtures.WhatsAppText(InboxApp.Account, "wamid.1");

        (await fixture.App.PostSignedAsync("/webhooks/whatsapp", body, "")).ShouldBe(
            HttpStatusCode.NotFound
        );
        using var verification = await fixture.App.Http.GetAsync(
            "/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token="
        );
        verification.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    // ---------------------------------------------------------------- several nodes, and none

    [Fact]
    public async Task A_message_taken_by_one_node_should_be_live_on_anothers_screen()
    {
        await using var second = await AppProcess.StartAsync(
            fixture.Database,
            InboxApp.Settings(fixture.Simulator)
        );
        var agent = await fixture.NewAgentAsync(baseUrl: second.Url);
        var customer = await fixture.NewCustomerAsync("5511900000002");

        // The simulator's webhooks go to the first node.
        await customer.WriteAsync("From one node to the other");

        // Well below the half minute after which a screen asks anyway.
        await Expect(agent.Row("From one node to the other"))
            .ToBeVisibleAsync(new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task A_screen_should_show_what_it_missed_while_the_app_was_away()
    {
        var agent = await OpenAsync("5511900000003", "Before it went away");
        var customer = await fixture.NewCustomerAsync("5511900000003");

        await fixture.App.KillAsync();
        await customer.WriteAsync("While it was away");
        await Expect(agent.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await agent.PictureAsync("reconnecting");
        await fixture.App.StartAsync();

        await Expect(agent.Message("While it was away"))
            .ToBeVisibleAsync(new() { Timeout = 60_000 });
        await agent.AnswerAsync("Back again");
        await Expect(agent.Message("Back again", "read")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(false, false, "en")]
    [InlineData(true, true, "es")]
    public async Task Messages_of_a_group_should_say_who_wrote(
        bool dark,
        bool phone,
        string language
    )
    {
        var who = $"55119000001{(dark ? 1 : 2)}0";
        var question = $"Is it open? {language}";
        await WriteAsync(question, "Ana");
        await WriteAsync("On Sunday?", "Ana");
        await WriteAsync($"It is. {language}", "<b>Luís</b>");
        var agent = await fixture.NewAgentAsync(dark, phone, language);

        await agent.Row($"It is. {language}").ClickAsync();

        await Expect(agent.Message(question)).ToContainTextAsync("Ana · +5511988887777");
        await Expect(agent.Message("On Sunday?")).Not.ToContainTextAsync("Ana");
        await Expect(agent.Message($"It is. {language}")).ToContainTextAsync("<b>Luís</b>");
        await agent.ShouldBeAccessibleAsync("group");
        await agent.PictureAsync($"group-{language}");

        async Task WriteAsync(string text, string name)
        {
            var channel = await fixture.Database.AskAsync<Guid>(
                "SELECT id FROM integrations WHERE type = 'whatsapp' LIMIT 1",
                fixture.Tenant
            );
            await fixture.Database.ReceiveAsync(
                fixture.Tenant,
                channel,
                fixture.Database.Text(who, text) with
                {
                    Metadata = $$$"""{"author":{"name":"{{{name}}}","phone":"+5511988887777"}}""",
                }
            );
        }
    }

    /// <summary>An agent with a customer's conversation open.</summary>
    private async Task<IPage> OpenAsync(string customer, string question)
    {
        var agent = await fixture.NewAgentAsync();
        using var http = new HttpClient { BaseAddress = new Uri(fixture.Simulator.Url) };
        using var content = new StringContent(
            $$"""{"from":"{{customer}}","name":"Customer {{customer}}","text":"{{question}}"}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using var written = await http.PostAsync(
            $"/simulator/channels/{InboxApp.Account}/messages",
            content
        );
        written.EnsureSuccessStatusCode();
        await agent.Row(question).ClickAsync();
        await Expect(agent.Message(question)).ToBeVisibleAsync();
        return agent;
    }
}
