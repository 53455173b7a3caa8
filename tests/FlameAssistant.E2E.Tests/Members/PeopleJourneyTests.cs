using System.Net;
using System.Text.RegularExpressions;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.E2E.Tests.Inbox;
using FlameAssistant.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Members;

/// <summary>How people come in, prove who they are, and are shut out, in a real browser.</summary>
public sealed class PeopleJourneyTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    private const string Inbox = $"/t/{InboxApp.Slug}/inbox";
    private const string Members = $"/t/{InboxApp.Slug}/settings/members";

    // Five seconds is what the product promises; a slow test machine gets ten on top.
    private static readonly LocatorAssertionsToBeVisibleOptions soon = new() { Timeout = 15_000 };

    [Theory]
    [InlineData(false, false, "en")]
    [InlineData(true, false, "es")]
    [InlineData(false, true, "es")]
    [InlineData(true, true, "en")]
    public async Task An_invited_agent_should_come_in_by_the_letter(
        bool dark,
        bool phone,
        string language
    )
    {
        var name = $"{(phone ? "phone" : "desktop")}-{(dark ? "dark" : "light")}-{language}";
        var email = $"{name}@invited.test";
        var owner = await OwnerAsync(dark, phone, language);
        await Expect(owner.GetByTestId("member").First).ToBeVisibleAsync();
        await owner.ShouldBeAccessibleAsync("members");
        await owner.PictureAsync($"members-{name}");
        await owner.GetByTestId("invite").ClickAsync();
        await owner.GetByTestId("invite-email").FillAsync(email);
        await owner.ShouldBeAccessibleAsync("invite");
        await owner.GetByTestId("invite-submit").ClickAsync();
        await Expect(owner.Locator($"[data-email='{email}'][data-state=Invited]"))
            .ToBeVisibleAsync();

        var agent = await fixture.NewPageAsync(dark, phone, language);
        var link = await LinkAsync(email);
        await agent.GotoAsync(link);
        await agent.ShouldBeAccessibleAsync("invitation");
        await agent.PictureAsync($"invitation-{name}");
        await agent.GetByTestId("first-name").FillAsync("Nora");
        await agent.GetByTestId("new-password").FillAsync("short");
        await agent.GetByTestId("accept-invitation").ClickAsync();
        // At the field, and what was typed is kept.
        await Expect(agent.GetByTestId("new-password-problem")).ToBeVisibleAsync();
        await Expect(agent.GetByTestId("first-name")).ToHaveValueAsync("Nora");
        await agent.GetByTestId("new-password").FillAsync(InboxApp.Password);
        await agent.GetByTestId("accept-invitation").ClickAsync();

        await Expect(agent.GetByTestId("filter-open")).ToBeVisibleAsync();
        // The owner looks at the list still: it followed by itself.
        await Expect(owner.Locator($"[data-email='{email}'][data-state=Active]"))
            .ToBeVisibleAsync();
        await agent.GotoAsync(link);
        await Expect(agent.GetByTestId("bad-link")).ToBeVisibleAsync();
        await agent.GotoAsync(Members);
        await Expect(agent.GetByTestId("members-denied")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_authenticator_should_be_the_second_step()
    {
        await fixture.NewUserAsync("totp@cafe.test");
        var page = await fixture.NewSignedInAsync(email: "totp@cafe.test");
        await page.GotoAsync("/account/two-factor");
        await page.ShouldBeAccessibleAsync("two-factor");
        var key = await page.GetByTestId("two-factor-key").InnerTextAsync();
        await page.GetByTestId("two-factor-code").FillAsync("000000");
        await page.GetByTestId("two-factor-on").ClickAsync();
        await Expect(page.GetByTestId("two-factor-code-problem")).ToBeVisibleAsync();
        await page.GetByTestId("two-factor-code").FillAsync(Authenticator.CodeOf(key));
        await page.GetByTestId("two-factor-on").ClickAsync();
        var recovery = (
            await page.GetByTestId("recovery-codes").Locator("li").AllInnerTextsAsync()
        )[0];

        var other = await fixture.NewPageAsync();
        await SecondStepAsync(other, "totp@cafe.test", "000000");
        await Expect(other.GetByTestId("second-step-code-problem")).ToBeVisibleAsync();
        await other.GetByTestId("second-step-code").FillAsync(Authenticator.CodeOf(key));
        await other.GetByTestId("second-step-submit").ClickAsync();
        await Expect(other.GetByTestId("filter-open")).ToBeVisibleAsync();

        var third = await fixture.NewPageAsync();
        await SecondStepAsync(third, "totp@cafe.test", recovery);
        await Expect(third.GetByTestId("filter-open")).ToBeVisibleAsync();
        // Each works once.
        var fourth = await fixture.NewPageAsync();
        await SecondStepAsync(fourth, "totp@cafe.test", recovery);
        await Expect(fourth.GetByTestId("second-step-code-problem")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_passkey_should_be_added_named_used_and_removed()
    {
        await fixture.NewUserAsync("passkey@cafe.test");
        var page = await fixture.NewSignedInAsync(email: "passkey@cafe.test");
        var browser = await page.Context.NewCDPSessionAsync(page);
        await browser.SendAsync("WebAuthn.enable");
        await browser.SendAsync(
            "WebAuthn.addVirtualAuthenticator",
            new Dictionary<string, object>
            {
                ["options"] = new Dictionary<string, object>
                {
                    ["protocol"] = "ctap2",
                    ["transport"] = "internal",
                    ["hasResidentKey"] = true,
                    ["hasUserVerification"] = true,
                    ["isUserVerified"] = true,
                    ["automaticPresenceSimulation"] = true,
                },
            }
        );
        await page.GotoAsync("/account/passkeys");
        await page.GetByTestId("passkey-new-name").FillAsync("Work laptop");
        await page.GetByTestId("passkey-add").ClickAsync();
        await Expect(page.GetByTestId("passkey-name")).ToHaveValueAsync("Work laptop");
        await page.ShouldBeAccessibleAsync("passkeys");
        await page.GetByTestId("passkey-name").FillAsync("Old laptop");
        await page.GetByTestId("passkey-rename").ClickAsync();
        await Expect(page.GetByTestId("passkey-name")).ToHaveValueAsync("Old laptop");

        await SignOutAsync(page);
        await page.GetByTestId("sign-in-passkey").ClickAsync();
        await Expect(page.GetByTestId("filter-open")).ToBeVisibleAsync();

        await page.GotoAsync("/account/passkeys");
        await page.GetByTestId("passkey-remove").ClickAsync();
        await Expect(page.GetByTestId("passkeys-empty")).ToBeVisibleAsync();
        await SignOutAsync(page);
        await page.GetByTestId("sign-in-passkey").ClickAsync();
        await Expect(page.GetByTestId("sign-in-error")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_forgotten_password_should_be_set_once_and_by_its_person_alone()
    {
        const string Email = "forgot@cafe.test";
        const string Password = "another good password";
        var signedIn = await NewPersonAsync(Email);
        var page = await fixture.NewPageAsync();
        await page.GotoAsync("/account/forgot-password");
        await page.GetByTestId("email").FillAsync(Email);
        await page.GetByTestId("send-link").ClickAsync();
        await Expect(page.GetByTestId("mail-sent")).ToBeVisibleAsync();
        var link = await LinkAsync(Email);

        // Somebody else's account is not opened by it, and it stays good for its own.
        var stranger = await IdOfAsync(InboxApp.Agent);
        await SetAsync(link.Replace((await IdOfAsync(Email)).ToString(), stranger.ToString()));
        await Expect(page.GetByTestId("bad-link")).ToBeVisibleAsync();
        await SetAsync(link);
        await Expect(page.GetByTestId("password-was-set")).ToBeVisibleAsync();
        // What the old password opened is closed.
        await Expect(signedIn.GetByTestId("sign-in-submit")).ToBeVisibleAsync(soon);
        await page.SignInAsync(Email, Password);
        await Expect(page.GetByTestId("filter-open")).ToBeVisibleAsync();
        await SetAsync(link);
        await Expect(page.GetByTestId("bad-link")).ToBeVisibleAsync();

        async Task SetAsync(string address)
        {
            await page.GotoAsync(address);
            await page.GetByTestId("new-password").FillAsync(Password);
            await page.GetByTestId("set-password").ClickAsync();
        }
    }

    [Fact]
    public async Task Sign_in_and_inbox_should_need_no_mouse()
    {
        await fixture.NewUserAsync("keys@cafe.test", MemberRoles.Admin);
        var page = await fixture.NewPageAsync();
        // The way in leads back to where one wanted to go.
        await page.GotoAsync(Inbox);
        await page.Keyboard.TypeAsync("keys@cafe.test");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(InboxApp.Password);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("filter-open")).ToBeVisibleAsync();

        await page.KeysAsync();
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.GetByTestId("command-item").First).ToBeVisibleAsync();
        await page.ShouldBeAccessibleAsync("command bar");
        await page.Keyboard.TypeAsync("members");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("members-page")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("member").First).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByTestId("shell-keys")).ToBeVisibleAsync();
        await page.ShouldBeAccessibleAsync("keys");
        await page.Keyboard.PressAsync("Escape");
        // The bar does not open over another dialog.
        await Expect(page.GetByTestId("shell-keys")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.GetByTestId("command-item").First).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync("theme: dark");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("html[data-theme=dark]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_ended_session_should_close_its_pages()
    {
        await fixture.NewUserAsync("sessions@cafe.test");
        var first = await fixture.NewSignedInAsync(email: "sessions@cafe.test");
        var second = await fixture.NewAgentAsync(email: "sessions@cafe.test");
        await first.GotoAsync("/account/sessions");
        await Expect(first.GetByTestId("session")).ToHaveCountAsync(2);
        await first.ShouldBeAccessibleAsync("sessions");

        await first.Locator("[data-this=false]").GetByTestId("session-end").ClickAsync();

        await Expect(second.GetByTestId("sign-in-submit")).ToBeVisibleAsync(soon);
        await second.GotoAsync(Inbox);
        await Expect(second.GetByTestId("sign-in-submit")).ToBeVisibleAsync();
        await first.GotoAsync(Inbox);
        await Expect(first.GetByTestId("filter-open")).ToBeVisibleAsync();
    }

    /// <summary>Made past the product, so that no live event tells of it.</summary>
    [Theory]
    [InlineData("UPDATE shared.tenant_users SET is_active = false WHERE user_id = '{0}'", "Ended")]
    [InlineData("UPDATE shared.users SET is_active = false WHERE id = '{0}'", "sign-in-submit")]
    [InlineData("UPDATE shared.tenants SET status = 'suspended' WHERE id = '{1}'", "Ended")]
    public async Task Who_may_no_longer_be_there_should_be_gone_within_seconds(
        string change,
        string then
    )
    {
        var email = $"gone-{Guid.NewGuid():N}@cafe.test";
        var page = await NewPersonAsync(email);
        try
        {
            await ExecuteAsync(change, await IdOfAsync(email));
            await Expect(
                    then == "Ended"
                        ? page.Locator("[data-testid=access-ended]")
                        : page.GetByTestId(then)
                )
                .ToBeVisibleAsync(soon);
        }
        finally
        {
            // Told to the app, which else believes for two seconds more what it read: the next journey is there sooner.
            await fixture
                .Database.Get<ResumeTenant>()
                .RunAsync(InboxApp.Slug, Actor.System, default);
        }
    }

    [Fact]
    public async Task A_changed_role_should_hold_in_an_open_page()
    {
        const string Email = "promoted@cafe.test";
        var page = await NewPersonAsync(Email);
        await Expect(page.GetByTestId("nav-members")).ToHaveCountAsync(0);
        var id = await IdOfAsync(Email);

        await ExecuteAsync(
            "UPDATE shared.tenant_users SET role = 'tenant_admin' WHERE user_id = '{0}'",
            id
        );
        await Expect(page.GetByTestId("nav-members")).ToBeVisibleAsync(soon);
        await page.GetByTestId("nav-members").ClickAsync();
        await Expect(page.GetByTestId("member").First).ToBeVisibleAsync();

        // And back, while the page shows what is theirs no longer.
        await ExecuteAsync(
            "UPDATE shared.tenant_users SET role = 'tenant_user' WHERE user_id = '{0}'",
            id
        );
        await Expect(page.GetByTestId("members-denied")).ToBeVisibleAsync(soon);
    }

    [Fact]
    public async Task A_deactivated_agents_page_should_close_and_their_conversations_be_free()
    {
        const string Email = "leaves@cafe.test";
        var page = await NewPersonAsync(Email);
        var owner = await OwnerAsync();
        var row = owner.Locator($"[data-email='{Email}']");
        await row.GetByTestId("member-menu").ClickAsync();
        await row.GetByTestId("member-deactivate").ClickAsync();
        await owner.GetByTestId("confirm-submit").ClickAsync();

        await Expect(row).ToHaveAttributeAsync("data-state", "Deactivated");
        await Expect(page.Locator("[data-testid=access-ended]")).ToBeVisibleAsync(soon);
        // Done in a circuit, and known from where.
        (
            await fixture.Database.AskAsync<string>(
                $"""
                SELECT host(a.ip_address) FROM shared.audit_logs a JOIN shared.tenant_users t ON t.id::text = a.resource_id
                 WHERE t.user_id = '{await IdOfAsync(
                    Email
                )}' AND a.new_values ->> 'is_active' = 'false'
                """
            )
        ).ShouldBeOneOf("127.0.0.1", "::1");
    }

    [Theory]
    [InlineData(false, false, "en")]
    [InlineData(true, true, "es")]
    public async Task Account_pages_should_be_accessible(bool dark, bool phone, string language)
    {
        var email = $"pages-{language}@cafe.test";
        await fixture.NewUserAsync(email);
        var page = await fixture.NewSignedInAsync(dark, phone, language, email: email);
        foreach (
            var name in (string[])["profile", "sessions", "passkeys", "two-factor", "password"]
        )
        {
            await page.GotoAsync($"/account/{name}");
            await page.ShouldBeAccessibleAsync(name);
            await page.PictureAsync($"account-{name}-{language}");
        }
    }

    /// <summary>Before the list of members.</summary>
    private async Task<IPage> OwnerAsync(
        bool dark = false,
        bool phone = false,
        string language = "en"
    )
    {
        await fixture.NewUserAsync("owner@cafe.test", MemberRoles.Admin, isOwner: true);
        await ExecuteAsync(
            "UPDATE shared.tenants SET max_users = 500 WHERE id = '{1}'",
            Guid.Empty
        );
        var page = await fixture.NewSignedInAsync(dark, phone, language, email: "owner@cafe.test");
        await page.GotoAsync(Members);
        return page;
    }

    private async Task<IPage> NewPersonAsync(string email)
    {
        await fixture.NewUserAsync(email);
        return await fixture.NewAgentAsync(email: email);
    }

    /// <summary>The link of the latest letter to them, from the page that lists letters in Development.</summary>
    private async Task<string> LinkAsync(string email)
    {
        var link = "";
        await Eventually.IsTrueAsync(async () =>
        {
            var letters = await fixture.App.Http.GetStringAsync("/account/dev-mail");
            var found = Regex.Match(
                letters,
                $"data-to=\"[^\"]*{Regex.Escape(email)}.*?<a [^>]*href=\"(?<link>[^\"]+)\"[^>]*dev-mail-link",
                RegexOptions.Singleline | RegexOptions.ExplicitCapture
            );
            link = WebUtility.HtmlDecode(found.Groups["link"].Value);
            return found.Success;
        });
        return link;
    }

    private static async Task SecondStepAsync(IPage page, string email, string code)
    {
        await page.GotoAsync("/account/login");
        await page.SignInAsync(email, InboxApp.Password);
        await page.GetByTestId("second-step-code").FillAsync(code);
        await page.GetByTestId("second-step-submit").ClickAsync();
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.GotoAsync(Inbox);
        await page.GetByTestId("user-menu").ClickAsync();
        await page.GetByTestId("sign-out").ClickAsync();
        await page.GetByTestId("sign-in-submit").WaitForAsync();
    }

    private Task<Guid> IdOfAsync(string email) =>
        fixture.Database.AskAsync<Guid>($"SELECT id FROM shared.users WHERE email = '{email}'");

    private Task ExecuteAsync(string sql, Guid userId) =>
        fixture.Database.ExecuteAsync(
            string.Format(
                System.Globalization.CultureInfo.InvariantCulture,
                sql,
                userId,
                fixture.Tenant.Id
            )
        );
}
