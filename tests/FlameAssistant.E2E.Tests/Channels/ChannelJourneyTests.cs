using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Members;
using FlameAssistant.E2E.Tests.Inbox;
using FlameAssistant.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Channels;

/// <summary>A channel's life before an admin's eyes: connected by the steps, paused, renamed and taken away.</summary>
public sealed class ChannelJourneyTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    private const string Number = "600700800900";
    private const string Secret = "the-secret-of-the-second-app";
    private const string Channels = $"/t/{InboxApp.Slug}/settings/channels";
    private const string Quarantine = $"/t/{InboxApp.Slug}/settings/quarantine";
    private const string Customer = "5730055501";

    [Fact]
    public async Task A_channel_should_be_connected_paused_renamed_and_removed()
    {
        const string Admin = "channels@cafe.test";
        await fixture.NewUserAsync(Admin, MemberRoles.Admin, firstName: "Olga");
        fixture.Simulator.Add(Number, appSecret: Secret);
        var admin = await fixture.NewSignedInAsync(email: Admin);
        await admin.GotoAsync(Channels);
        await admin.ShouldBeAccessibleAsync("channels");
        await admin.GetByTestId("catalogue-whatsapp").ClickAsync();

        await RefusedAsync(admin);
        await ConnectedAsync(admin);
        await FirstMessageAsync(admin);
        await PausedAsync(admin);
        await RenamedAsync(admin);
        await RemovedAsync(admin);
    }

    [Fact]
    public async Task A_phone_should_hold_channels_and_quarantine()
    {
        const string Boss = "boss-of-channels@cafe.test";
        await fixture.NewUserAsync(Boss, MemberRoles.Admin, firstName: "Boss");
        var admin = await fixture.NewSignedInAsync(
            phone: true,
            language: "es",
            dark: true,
            email: Boss
        );
        await admin.GotoAsync(Channels);
        await Expect(admin.GetByTestId("channel").First).ToContainTextAsync("Café Flor");
        await FitsAsync(admin, "channels on a phone");
        await admin.GetByTestId("channel").First.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(admin.GetByTestId("channel-health")).ToBeVisibleAsync();
        await FitsAsync(admin, "channel on a phone");
        await admin.GotoAsync($"{Channels}/new/whatsapp");
        await admin.GetByTestId("channel-connect").ClickAsync();
        await Expect(admin.GetByTestId("channel-access_token-problem")).ToBeVisibleAsync();
        await FitsAsync(admin, "steps with problems on a phone");
        await admin.GotoAsync(Quarantine);
        await Expect(admin.GetByTestId("quarantine-open")).ToBeVisibleAsync();
        await FitsAsync(admin, "quarantine on a phone");
    }

    private async Task RefusedAsync(IPage admin)
    {
        await admin.GetByTestId("channel-name").FillAsync("Second number");
        await admin.GetByTestId("channel-phone_number_id").FillAsync(Number);
        await admin
            .GetByTestId("channel-waba_id")
            .FillAsync(fixture.Simulator.State.Channels.Find(Number)!.WabaId);
        await admin.GetByTestId("channel-access_token").FillAsync("EAAG-copied-in-part");
        await admin.GetByTestId("channel-app_secret").FillAsync(Secret);
        await admin.GetByTestId("channel-connect").ClickAsync();

        var problem = admin.GetByTestId("channel-access_token-problem");
        await Expect(problem).ToContainTextAsync("WhatsApp says: “Invalid OAuth access token");
        await Expect(admin.GetByTestId("channel-phone_number_id")).ToHaveValueAsync(Number);
        await Expect(admin.GetByTestId("channel-app_secret")).ToHaveValueAsync(Secret);
        await admin.ShouldBeAccessibleAsync("steps with the provider's reason");
    }

    private async Task ConnectedAsync(IPage admin)
    {
        await admin.GetByTestId("channel-access_token").FillAsync(SimulatorHost.AccessToken);
        await admin.GetByTestId("channel-check").ClickAsync();
        await Expect(admin.GetByTestId("channel-right")).ToContainTextAsync("+55 11");
        await admin.GetByTestId("channel-connect").ClickAsync();
        await Expect(admin.GetByTestId("channel-connected")).ToBeVisibleAsync();
        await admin.ShouldBeAccessibleAsync("what to copy");

        // What is shown is entered at the provider, which asks whether it is ours.
        var number = fixture.Simulator.State.Channels.Find(Number)!;
        fixture.Simulator.State.Channels.Put(
            number with
            {
                WebhookUrl = await admin.GetByTestId("address-callback").InputValueAsync(),
                VerifyToken = await admin.GetByTestId("address-verify_token").InputValueAsync(),
            }
        );
        using var http = new HttpClient { BaseAddress = new Uri(fixture.Simulator.Url) };
        using var asked = await http.PostAsync($"/simulator/channels/{Number}/verify", null);
        (await asked.Content.ReadFromJsonAsync<JsonNode>())!["verified"]!
            .GetValue<bool>()
            .ShouldBeTrue();
    }

    private async Task FirstMessageAsync(IPage admin)
    {
        await WriteAsync("Is this your new number?");
        await Expect(admin.GetByTestId("channel-first")).ToContainTextAsync("came in");
        var inbox = await admin.Context.NewPageAsync();
        await inbox.GotoAsync($"/t/{InboxApp.Slug}/inbox");
        await Expect(inbox.Row("Is this your new number?")).ToBeVisibleAsync();
        await inbox.CloseAsync();
        await admin.GetByTestId("channel-to-channel").ClickAsync();
        await Expect(admin.GetByTestId("channel-state")).ToHaveTextAsync("Connected");
        await Expect(admin.GetByTestId("channel-access_token")).ToHaveValueAsync("");
        await admin.ShouldBeAccessibleAsync("channel");
    }

    private async Task PausedAsync(IPage admin)
    {
        await admin.GetByTestId("channel-pause").ClickAsync();
        await admin.GetByTestId("confirm-submit").ClickAsync();
        await Expect(admin.GetByTestId("channel-state")).ToHaveTextAsync("Paused");
        await WriteAsync("Written in the pause");
        await CountedAsync("open", 1);
        var page = admin.Url;

        // Who replays it in the pause finds it again; when the channel works, it is taken in by itself.
        await admin.GotoAsync(Quarantine);
        await admin.GetByTestId("quarantine-show").ClickAsync();
        await Expect(admin.GetByTestId("quarantine-body"))
            .ToContainTextAsync("Written in the pause");
        await admin.ShouldBeAccessibleAsync("quarantine");
        await admin.GetByTestId("quarantine-replay").ClickAsync();
        await CountedAsync("replayed", 1);
        await CountedAsync("open", 1);
        await admin.GotoAsync(page);
        await admin.GetByTestId("channel-resume").ClickAsync();
        await Expect(admin.GetByTestId("channel-state")).ToHaveTextAsync("Connected");
        await CountedAsync("open", 0);
        await admin.GotoAsync(Quarantine);
        await Expect(admin.GetByTestId("quarantine-empty")).ToBeVisibleAsync();
        await admin.GotoAsync($"/t/{InboxApp.Slug}/inbox");
        await Expect(admin.Row("Written in the pause")).ToBeVisibleAsync();
        await admin.GotoAsync(page);
    }

    private Task CountedAsync(string state, long count) =>
        Eventually.IsTrueAsync(async () =>
            await fixture.Database.AskAsync<long>(
                $"SELECT count(*) FROM shared.inbound_quarantine WHERE state = '{state}'"
            ) == count
        );

    private static async Task RenamedAsync(IPage admin)
    {
        await admin.GetByTestId("channel-rename").FillAsync("Third number");
        await admin.GetByTestId("channel-rename-save").ClickAsync();
        await Expect(admin.GetByRole(AriaRole.Heading, new() { Name = "Third number", Level = 1 }))
            .ToBeVisibleAsync();
    }

    private static async Task RemovedAsync(IPage admin)
    {
        await admin.GetByTestId("channel-remove").ClickAsync();
        await admin.GetByTestId("remove-name").FillAsync("Second number");
        await admin.GetByTestId("remove-dialog-submit").ClickAsync();
        await Expect(admin.GetByTestId("remove-name-problem")).ToBeVisibleAsync();
        await admin.ShouldBeAccessibleAsync("removal");
        await admin.GetByTestId("remove-name").FillAsync("Third number");
        await admin.SubmitDialogAsync("remove-dialog");
        await Expect(admin.GetByTestId("channel")).ToHaveCountAsync(1);

        await admin.GotoAsync($"/t/{InboxApp.Slug}/inbox");
        await admin.Row("Written in the pause").ClickAsync();
        await Expect(admin.Message("Is this your new number?")).ToBeVisibleAsync();
        await Expect(admin.GetByTestId("composer-closed")).ToBeVisibleAsync();
    }

    private async Task WriteAsync(string text)
    {
        using var http = new HttpClient { BaseAddress = new Uri(fixture.Simulator.Url) };
        using var written = await http.PostAsJsonAsync(
            $"/simulator/channels/{Number}/messages",
            new
            {
                from = Customer,
                name = "Rosa",
                text,
            }
        );
        written.EnsureSuccessStatusCode();
    }

    private static async Task FitsAsync(IPage page, string where)
    {
        (
            await page.EvaluateAsync<bool>(
                "() => document.documentElement.scrollWidth <= window.innerWidth"
            )
        ).ShouldBeTrue(where);
        await page.ShouldBeAccessibleAsync(where);
    }
}
