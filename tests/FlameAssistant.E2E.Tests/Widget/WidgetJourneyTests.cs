using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.E2E.Tests.Inbox;
using FlameAssistant.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Widget;

/// <summary>A visitor on a shop's page and an agent in the inbox, in a real browser.</summary>
public sealed class WidgetJourneyTests(InboxApp app) : IClassFixture<InboxApp>, IAsyncLifetime
{
    private readonly SitePages sites = new();
    private Guid channel;
    private string key = "";

    public async ValueTask InitializeAsync()
    {
        channel = await app.Database.NewWebChatAsync(
            app.Tenant,
            settings:
            [
                ("allowed_origins", sites.OriginOf("shop")),
                ("title", "Café Flor"),
                ("greeting", "Which coffee do you like?"),
            ]
        );
        key = WidgetKey.Of(channel);
    }

    public ValueTask DisposeAsync() => sites.DisposeAsync();

    [Fact]
    public async Task A_visitor_of_a_strict_site_should_be_answered_by_keyboard_alone()
    {
        var visitor = await app.NewPageAsync();
        var problems = new List<string>();
        visitor.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                problems.Add(message.Text);
            }
        };
        await visitor.GotoAsync(sites.PageOf("shop", app.App.Url, key));
        await Expect(Launcher(visitor)).ToBeVisibleAsync();

        await visitor.GetByText("First link").FocusAsync();
        await visitor.Keyboard.PressAsync("Tab");
        await Expect(Launcher(visitor)).ToBeFocusedAsync();
        await visitor.Keyboard.PressAsync("Enter");
        var chat = Chat(visitor);
        await Expect(chat.GetByTestId("greeting")).ToHaveTextAsync("Which coffee do you like?");
        await Expect(chat.GetByTestId("write")).ToBeFocusedAsync();
        await visitor.Keyboard.TypeAsync("Do you have Huila?");
        await visitor.Keyboard.PressAsync("Enter");
        await Expect(Said(chat, "Do you have Huila?")).ToBeVisibleAsync();

        var agent = await OpenAsync("Do you have Huila?");
        await Expect(chat.GetByTestId("progress")).ToHaveTextAsync("Seen");
        await visitor.Keyboard.TypeAsync("Or ");
        await Expect(agent.GetByTestId("typing")).ToContainTextAsync("Visitor");
        await (await agent.ComposerAsync()).PressSequentiallyAsync("Yes");
        await Expect(chat.GetByTestId("typing")).Not.ToBeEmptyAsync();
        await agent.AnswerAsync("Yes, in 250 g.");
        await Expect(Said(chat, "Yes, in 250 g.")).ToBeVisibleAsync();
        await Expect(Said(chat, "Yes, in 250 g.")).ToContainTextAsync("Lucía");
        await Expect(agent.Message("Yes, in 250 g.", "read")).ToBeVisibleAsync();

        await visitor.Keyboard.PressAsync("Escape");
        await Expect(chat.GetByTestId("write")).ToBeHiddenAsync();
        await Expect(Launcher(visitor)).ToBeFocusedAsync();
        await agent.AnswerAsync("And in 500 g.");
        await Expect(Launcher(visitor)).ToHaveAccessibleNameAsync("Open chat, 1 new");
        await Expect(agent.Message("And in 500 g.", "delivered")).ToBeVisibleAsync();
        problems.ShouldBeEmpty();

        // A page later the conversation is there, and what was begun to write.
        await visitor.ReloadAsync();
        await Expect(Launcher(visitor)).ToHaveAccessibleNameAsync("Open chat, 1 new");
        await Launcher(visitor).ClickAsync();
        await Expect(Said(Chat(visitor), "And in 500 g.")).ToBeVisibleAsync();
        await Expect(Chat(visitor).GetByTestId("write")).ToHaveValueAsync("Or ");
    }

    [Fact]
    public async Task A_site_that_is_not_allowed_should_show_nothing_and_the_browser_refuse_the_frame()
    {
        var page = await app.NewPageAsync();
        var said = new List<string>();
        page.Console += (_, message) => said.Add(message.Text);
        await page.GotoAsync(sites.PageOf("evil", app.App.Url, key));
        await Eventually.IsTrueAsync(() =>
            said.Exists(text => text.Contains("is not among the allowed sites"))
        );
        (await page.Locator("#flame-assistant").CountAsync()).ShouldBe(0);

        await page.GotoAsync(sites.ThiefOf("evil", app.App.Url, key));
        await Eventually.IsTrueAsync(() =>
            said.Exists(text => text.Contains("frame-ancestors", StringComparison.Ordinal))
        );
        (await page.FrameLocator("iframe").GetByTestId("write").CountAsync()).ShouldBe(0);

        // The same frame on the site that may.
        await page.GotoAsync(sites.ThiefOf("shop", app.App.Url, key));
        await Expect(page.FrameLocator("iframe").GetByTestId("write")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_is_sent_while_the_network_is_cut_should_arrive_once()
    {
        await using var network = new CutProxy(app.App.Url);
        var visitor = await app.NewPageAsync();
        await visitor.GotoAsync(sites.PageOf("shop", network.Url, key));
        await Launcher(visitor).ClickAsync();
        var chat = Chat(visitor);
        await SayAsync(chat, "Before the lift");
        await Expect(Said(chat, "Before the lift")).ToBeVisibleAsync();

        // The product takes it, and its answer is lost.
        network.SwallowAnswers();
        await SayAsync(chat, "In the lift");
        await Eventually.IsTrueAsync(async () => await CountAsync("In the lift") == 1);
        await Expect(chat.GetByTestId("pending")).ToHaveCountAsync(1);
        network.Cut();
        await SayAsync(chat, "Below ground");
        await Expect(chat.GetByTestId("lost")).ToContainTextAsync("No connection");
        network.Mend();

        await Expect(Said(chat, "Below ground")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(chat.GetByTestId("pending")).ToHaveCountAsync(0);
        await Expect(Said(chat, "In the lift")).ToHaveCountAsync(1);
        (await CountAsync("In the lift")).ShouldBe(1);
        (await CountAsync("Below ground")).ShouldBe(1);
        await Expect(chat.GetByTestId("lost")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task A_restart_of_the_product_should_cost_nothing()
    {
        var visitor = await app.NewPageAsync();
        await visitor.GotoAsync(sites.PageOf("shop", app.App.Url, key));
        await Launcher(visitor).ClickAsync();
        var chat = Chat(visitor);
        await SayAsync(chat, "Before the restart");
        await Expect(Said(chat, "Before the restart")).ToBeVisibleAsync();

        await app.App.KillAsync();
        await SayAsync(chat, "While it is away");
        await Expect(chat.GetByTestId("pending")).ToHaveCountAsync(1);
        await app.App.StartAsync();

        await Expect(Said(chat, "While it is away")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        (await CountAsync("While it is away")).ShouldBe(1);
        var agent = await OpenAsync("While it is away");
        await agent.AnswerAsync("We are back");
        await Expect(Said(chat, "We are back")).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task Two_tabs_of_a_visitor_should_be_one_conversation()
    {
        var one = await app.NewPageAsync();
        await one.GotoAsync(sites.PageOf("shop", app.App.Url, key));
        await Launcher(one).ClickAsync();
        await SayAsync(Chat(one), "From the first tab");
        await Expect(Said(Chat(one), "From the first tab")).ToBeVisibleAsync();
        var two = await one.Context.NewPageAsync();
        await two.GotoAsync(sites.PageOf("shop", app.App.Url, key));
        await Launcher(two).ClickAsync();
        await Expect(Said(Chat(two), "From the first tab")).ToBeVisibleAsync();

        await SayAsync(Chat(two), "From the second tab");

        await Expect(Said(Chat(one), "From the second tab")).ToHaveCountAsync(1);
        await Expect(Said(Chat(two), "From the second tab")).ToHaveCountAsync(1);
        (
            await app.Database.AskAsync<long>(
                $"SELECT count(*) FROM conversations WHERE channel_id = '{channel}'",
                app.Tenant
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task A_phone_should_have_the_whole_screen_and_ask_before_and_after()
    {
        var asking = await app.Database.NewWebChatAsync(
            app.Tenant,
            settings:
            [
                ("allowed_origins", sites.OriginOf("shop")),
                ("ask_name", "required"),
                ("ask_email", "optional"),
            ]
        );
        var visitor = await app.NewPageAsync(phone: true);
        await visitor.GotoAsync(
            sites.PageOf("shop", app.App.Url, WidgetKey.Of(asking), language: "pt-BR")
        );
        await Expect(Launcher(visitor)).ToHaveAccessibleNameAsync("Abrir o chat");
        await Launcher(visitor).TapAsync();
        var frame = (await visitor.Locator("#flame-assistant iframe").BoundingBoxAsync())!;
        (frame.X, frame.Y, frame.Width, frame.Height).ShouldBe((0, 0, 390, 844));
        var chat = Chat(visitor);
        var start = chat.GetByRole(AriaRole.Button, new() { Name = "Iniciar o chat" });
        await start.TapAsync();
        await Expect(chat.GetByText("Preencha este campo.")).ToBeVisibleAsync();
        await Expect(chat.GetByLabel("Nome")).ToBeFocusedAsync();
        await chat.GetByLabel("Nome").FillAsync("Ana Souza");
        await chat.GetByLabel("E-mail").FillAsync("ana@example.com");
        await start.TapAsync();
        await chat.GetByTestId("write").FillAsync("Bom dia");
        await chat.GetByTestId("send").TapAsync();
        await Expect(Said(chat, "Bom dia")).ToBeVisibleAsync();

        var agent = await OpenAsync("Bom dia");
        await Expect(agent.Row("Bom dia")).ToContainTextAsync("Ana Souza");
        await agent.GetByTestId("resolve").ClickAsync();
        await Expect(chat.GetByTestId("rating")).ToBeVisibleAsync();
        await chat.GetByLabel("Muito bom").CheckAsync(new() { Force = true });
        await chat.GetByRole(AriaRole.Button, new() { Name = "Enviar avaliação" }).TapAsync();
        await Expect(chat.GetByText("Obrigado pela sua opinião.")).ToBeVisibleAsync();
        (
            await app.Database.AskAsync<int>(
                $"SELECT satisfaction_score FROM conversations WHERE channel_id = '{asking}'",
                app.Tenant
            )
        ).ShouldBe(5);
        await SayAsync(chat, "Mais uma coisa");
        await Expect(chat.GetByText("Obrigado pela sua opinião.")).ToBeHiddenAsync();
        await visitor
            .FrameLocator("#flame-assistant iframe")
            .GetByRole(AriaRole.Button, new() { Name = "Fechar o chat" })
            .TapAsync();
        await Expect(Launcher(visitor)).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task The_chat_should_be_accessible(bool dark, bool phone)
    {
        var visitor = await app.NewPageAsync(dark, phone);
        await visitor.GotoAsync($"/widget/frame?key={key}&lang=en");
        await Expect(visitor.GetByTestId("write")).ToBeVisibleAsync();
        await visitor.GetByTestId("write").FillAsync("Is it open? https://shop.example/hours");
        await visitor.GetByTestId("write").PressAsync("Enter");
        await Expect(visitor.GetByTestId("message")).ToBeVisibleAsync();
        var agent = await OpenAsync("Is it open?");
        await agent.AnswerAsync("Until six.");
        await Expect(visitor.GetByText("Until six.")).ToBeVisibleAsync();
        await agent.GetByTestId("resolve").ClickAsync();
        await Expect(visitor.GetByTestId("rating")).ToBeVisibleAsync();

        await visitor.ShouldBeAccessibleAsync("the chat");
        await visitor.GotoAsync($"/widget/demo/{channel}");
        await Expect(Launcher(visitor)).ToBeVisibleAsync();
        await visitor.ShouldBeAccessibleAsync("the demo page");
    }

    private static ILocator Launcher(IPage page) => page.Locator("#flame-assistant button");

    private static IFrameLocator Chat(IPage page) => page.FrameLocator("#flame-assistant iframe");

    private static ILocator Said(IFrameLocator chat, string text) =>
        chat.GetByTestId("message").Filter(new() { HasText = text });

    private static async Task SayAsync(IFrameLocator chat, string text)
    {
        await chat.GetByTestId("write").FillAsync(text);
        await chat.GetByTestId("write").PressAsync("Enter");
    }

    private async Task<IPage> OpenAsync(string text)
    {
        var agent = await app.NewAgentAsync();
        await agent.Row(text).First.ClickAsync();
        await Expect(agent.Message(text).First).ToBeVisibleAsync();
        return agent;
    }

    private Task<long> CountAsync(string text) =>
        app.Database.AskAsync<long>(
            $"SELECT count(*) FROM messages WHERE content = '{text}'",
            app.Tenant
        );
}
