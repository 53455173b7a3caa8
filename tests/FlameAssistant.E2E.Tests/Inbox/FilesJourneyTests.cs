using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>Pictures, voices, papers, places and people, from the customer's phone to the agent and back.</summary>
public sealed class FilesJourneyTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    [Fact]
    public async Task A_picture_should_go_both_ways()
    {
        var agent = await fixture.OpenAsync("34614000001", "I send you a picture");
        var customer = await fixture.NewCustomerAsync("34614000001");
        var picture = await customer.ScreenshotAsync();
        await customer.GetByTestId("compose").FillAsync("The broken part");
        await customer
            .GetByTestId("file")
            .SetInputFilesAsync(File("part.png", "image/png", picture));

        var received = agent.Message("The broken part");
        await ShouldBeSeenAsync(received.Locator("img"));
        await Expect(received).ToHaveAttributeAsync("data-direction", "in");

        await AttachAsync(agent, File("répuesto ñ.png", "image/png", picture));
        await agent.AnswerAsync("We have this one");
        await Expect(agent.Message("We have this one", "read")).ToBeVisibleAsync();
        await ShouldBeSeenAsync(agent.Message("We have this one").Locator("img"));
        await ShouldBeSeenAsync(Bubble(customer, "We have this one").Locator("img.file"));
        fixture
            .Simulator.State.Conversations.Find(InboxApp.Account, "34614000001")!
            .Messages.Where(m => m.File is not null)
            .Select(m => fixture.Simulator.State.Media.Find(m.File!.Id)!.Content)
            .ShouldAllBe(content => content.SequenceEqual(picture));
        await agent.ShouldBeAccessibleAsync("pictures");
        await customer.ShouldBeAccessibleAsync("the customer's page with pictures");
        await agent.PictureAsync("picture-both-ways");
        await customer.PictureAsync("picture-customer");
    }

    [Fact]
    public async Task Papers_and_voices_should_be_shown_as_what_they_are()
    {
        var agent = await fixture.OpenAsync("34614000002", "Here are the papers");
        var customer = await fixture.NewCustomerAsync("34614000002");
        await customer
            .GetByTestId("file")
            .SetInputFilesAsync(
                File("contrato final.pdf", "application/pdf", "%PDF-1.7\n%%EOF"u8.ToArray())
            );
        var card = agent
            .GetByTestId("message-file")
            .Filter(new() { HasText = "contrato final.pdf" });
        await Expect(card.Locator("a[download]")).ToBeVisibleAsync();
        await customer
            .GetByTestId("file")
            .SetInputFilesAsync(File("voice.ogg", "audio/ogg", Ogg()));
        await Expect(agent.Locator("[data-testid=message-file][data-kind=audio] audio"))
            .ToBeVisibleAsync();

        // What is forbidden fails where it can be seen, and harms nobody.
        await customer
            .GetByTestId("file")
            .SetInputFilesAsync(
                File("invoice.pdf", "application/pdf", "MZ\0\0 a program"u8.ToArray())
            );
        await Expect(agent.GetByTestId("message-file").Filter(new() { HasText = "invoice.pdf" }))
            .ToContainTextAsync("could not be fetched");

        await AttachAsync(
            agent,
            File("factura.pdf", "application/pdf", "%PDF-1.4\n%%EOF"u8.ToArray())
        );
        await agent.GetByTestId("composer-send").ClickAsync();
        await Expect(customer.Locator(".bubble[data-direction=out] a.file"))
            .ToContainTextAsync("factura.pdf");
    }

    [Fact]
    public async Task A_failed_message_should_keep_its_file_when_it_is_sent_again()
    {
        var agent = await fixture.OpenAsync("34614000003", "Can you send me the plan?");
        fixture.Simulator.State.Channels.SetFaults(
            InboxApp.Account,
            new ChannelFaults { Error = "131047", Times = 1 }
        );
        await AttachAsync(agent, File("plan.png", "image/png", await agent.ScreenshotAsync()));
        await agent.AnswerAsync("The plan");
        await Expect(agent.Message("The plan", "failed")).ToBeVisibleAsync();
        await ShouldBeSeenAsync(agent.Message("The plan", "failed").Locator("img"));

        await agent.GetByTestId("send-again").ClickAsync();

        var sent = agent.Message("The plan", "delivered");
        await Expect(sent).ToHaveCountAsync(1);
        await ShouldBeSeenAsync(sent.Locator("img"));
        fixture
            .Simulator.State.Conversations.Find(InboxApp.Account, "34614000003")!
            .Messages.Single(m => m.Direction == MessageDirection.Out)
            .ShouldSatisfyAllConditions(
                m => m.Type.ShouldBe("image"),
                m => m.Text.ShouldBe("The plan"),
                m => m.File.ShouldNotBeNull()
            );
    }

    [Fact]
    public async Task A_place_and_people_should_be_cards_that_harm_nobody()
    {
        var agent = await fixture.NewAgentAsync();
        await PostAsync("in_location", _ => { });
        await PostAsync("in_contacts", _ => { });
        await agent.Row("Ana Souza").ClickAsync();

        var place = agent.GetByTestId("message-place");
        await Expect(place).ToContainTextAsync("MASP");
        await Expect(place).ToContainTextAsync("Av. Paulista, 1578");
        await Expect(place).ToHaveAttributeAsync("target", "_blank");
        await Expect(place).ToHaveAttributeAsync("rel", "noopener noreferrer");
        var card = agent.GetByTestId("message-contact");
        await Expect(card).ToContainTextAsync("Lucía Gómez");
        await Expect(card).ToContainTextAsync("Acme");
        await Expect(card.GetByRole(AriaRole.Link, new() { Name = "+55 11 97777-6666" }))
            .ToHaveAttributeAsync("href", "tel:+5511977776666");
        await Expect(card.GetByRole(AriaRole.Link, new() { Name = "lu@example.com" }))
            .ToHaveAttributeAsync("href", "mailto:lu@example.com");

        const string Evil = "<img src=x onerror='window.hacked = 1'>";
        await PostAsync(
            "in_location",
            message =>
            {
                message["id"] = "wamid.evil-place";
                message["location"]!["name"] = Evil;
                message["location"]!["address"] = new string('x', 10_000);
                message["location"]!["url"] = "javascript:window.hacked = 1";
            }
        );
        await PostAsync(
            "in_contacts",
            message =>
            {
                message["id"] = "wamid.evil-card";
                var evil = message["contacts"]![0]!;
                evil["name"]!["formatted_name"] = Evil;
                evil["phones"]![0]!["phone"] = "javascript:window.hacked = 1";
                evil["emails"]![0]!["email"] = "a@b.test?bcc=everybody@b.test";
            }
        );
        await Expect(agent.GetByTestId("message-place")).ToHaveCountAsync(2);
        var evilCard = agent.GetByTestId("message-contact").Filter(new() { HasText = "onerror" });
        await Expect(evilCard).ToContainTextAsync("javascript:window.hacked");
        await Expect(evilCard.Locator("a")).ToHaveCountAsync(0);
        (await agent.EvaluateAsync<bool>("'hacked' in window")).ShouldBeFalse();
        (await agent.Locator("a[href^='javascript:']").CountAsync()).ShouldBe(0);
        await agent.ShouldBeAccessibleAsync("cards");
        await agent.PictureAsync("cards");
    }

    /// <summary>A fixture of Meta's, changed, as the webhook brings it.</summary>
    private async Task PostAsync(string name, Action<JsonNode> change)
    {
        var body = Fixtures.Json($"whatsapp-cloud/{name}.json");
        change(body["entry"]![0]!["changes"]![0]!["value"]!["messages"]![0]!);
        using var http = new HttpClient { BaseAddress = new Uri(fixture.Simulator.Url) };
        using var content = new StringContent(
            body.ToJsonString(),
            Encoding.UTF8,
            "application/json"
        );
        using var posted = await http.PostAsync(
            $"/simulator/channels/{InboxApp.Account}/webhooks",
            content
        );
        posted.EnsureSuccessStatusCode();
    }

    private static async Task AttachAsync(IPage agent, FilePayload file)
    {
        await agent.GetByTestId("attach-input").ChooseAsync(file);
        await Expect(agent.Locator("[data-upload-ready]")).ToContainTextAsync(file.Name);
    }

    /// <summary>Not only there, but fetched and drawn.</summary>
    private static async Task ShouldBeSeenAsync(ILocator picture)
    {
        await Expect(picture).ToBeVisibleAsync();
        await Eventually.IsTrueAsync(async () =>
            await picture.EvaluateAsync<bool>("img => img.complete && img.naturalWidth > 0")
        );
    }

    private static ILocator Bubble(IPage customer, string text) =>
        customer.Locator(".bubble[data-direction=out]").Filter(new() { HasText = text });

    private static FilePayload File(string name, string type, byte[] bytes) =>
        new()
        {
            Name = name,
            MimeType = type,
            Buffer = bytes,
        };

    private static byte[] Ogg() =>
        [.. "OggS"u8, 0, 2, .. new byte[20], 1, 19, .. "OpusHead"u8, .. new byte[64]];
}
