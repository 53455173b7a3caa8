using FlameAssistant.Testing;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tests.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Web.Tests.Account;

/// <summary>Links that come by mail: for their person, for a while, and what is said of those that are no good any more.</summary>
public sealed class LinkTests(SiteHost site) : IClassFixture<SiteHost>
{
    [Fact]
    public async Task Address_should_be_confirmed_by_its_letter_and_then_open_the_door()
    {
        const string Email = "new@confirm.test";
        var visitor = await UnconfirmedAsync(Email);
        await visitor.SignInAsync(Email);
        visitor.See("sign-in-error").TextContent.ShouldContain("Confirm");

        await visitor.OpenAsync(visitor.See("resend-confirmation").GetAttribute("href")!);
        await visitor.SubmitAsync("send-link", ("email", Email));
        visitor.See("mail-sent");
        var link = site.LinkTo(Email);
        await visitor.OpenAsync(link);
        // Mail programs open links to look at them: that alone confirms nothing.
        (await IsConfirmedAsync(Email)).ShouldBeFalse();
        await visitor.SubmitAsync("confirm-email");

        visitor.See("email-was-confirmed");
        (await IsConfirmedAsync(Email)).ShouldBeTrue();
        await visitor.SubmitAsync(
            "sign-in-submit",
            ("sign-in-user", Email),
            ("sign-in-password", SiteHost.Password)
        );
        visitor.Path.ShouldBe(Urls.Inbox(site.Tenant.Slug));
        // Pressed once more it does no harm, and no further letter is sent to who is confirmed.
        using var again = site.NewVisitor();
        await again.OpenAsync(link);
        await again.SubmitAsync("confirm-email");
        again.See("email-was-confirmed");
        await again.OpenAsync(Urls.ResendConfirmation);
        await again.SubmitAsync("send-link", ("email", Email));
        again.See("mail-sent");
        site.LinkTo(Email).ShouldBe(link);
    }

    [Fact]
    public async Task Expired_confirmation_should_lead_to_a_new_letter()
    {
        const string Email = "late@confirm.test";
        using var visitor = await UnconfirmedAsync(Email);
        await visitor.OpenAsync(Urls.ResendConfirmation);
        await visitor.SubmitAsync("send-link", ("email", Email));
        await visitor.OpenAsync(site.LinkTo(Email));
        await WhenExpiredAsync(() => visitor.SubmitAsync("confirm-email"));

        visitor.See("bad-link");
        (await IsConfirmedAsync(Email)).ShouldBeFalse();
        await visitor.OpenAsync(visitor.Page.QuerySelector("main a.btn")!.GetAttribute("href")!);
        await visitor.SubmitAsync("send-link", ("email", Email));
        await visitor.OpenAsync(site.LinkTo(Email));
        await visitor.SubmitAsync("confirm-email");
        visitor.See("email-was-confirmed");
    }

    [Fact]
    public async Task Confirmation_of_another_person_should_confirm_nobody()
    {
        using var visitor = await UnconfirmedAsync("one@confirm.test");
        using var other = await UnconfirmedAsync("other@confirm.test");
        await visitor.OpenAsync(Urls.ResendConfirmation);
        await visitor.SubmitAsync("send-link", ("email", "one@confirm.test"));
        var stranger = await IdOfAsync("other@confirm.test");
        var mine = await IdOfAsync("one@confirm.test");
        await visitor.OpenAsync(site.LinkTo("one@confirm.test").Replace($"{mine}", $"{stranger}"));
        await visitor.SubmitAsync("confirm-email");

        visitor.See("bad-link");
        (await IsConfirmedAsync("other@confirm.test")).ShouldBeFalse();
        await visitor.OpenAsync($"{Urls.ConfirmEmail}?user=nobody&code=x");
        visitor.See("bad-link");
    }

    [Fact]
    public async Task Expired_password_link_should_change_nothing_and_offer_another()
    {
        const string Email = "late@reset.test";
        await site.NewUserAsync(Email);
        using var visitor = site.NewVisitor();
        await visitor.OpenAsync(Urls.ForgotPassword);
        await visitor.SubmitAsync("send-link", ("email", Email));
        await visitor.OpenAsync(site.LinkTo(Email));
        await WhenExpiredAsync(() =>
            visitor.SubmitAsync("set-password", ("new-password", "another good password"))
        );

        visitor.See("bad-link");
        visitor
            .Page.QuerySelector("main a.btn")!
            .GetAttribute("href")
            .ShouldBe(Urls.ForgotPassword);
        await visitor.SignInAsync(Email);
        visitor.Path.ShouldBe(Urls.Inbox(site.Tenant.Slug));
    }

    /// <summary>The links of now are those of long ago.</summary>
    private async Task WhenExpiredAsync(Func<Task> act)
    {
        var tokens = site.Get<IOptions<DataProtectionTokenProviderOptions>>().Value;
        var life = tokens.TokenLifespan;
        tokens.TokenLifespan = TimeSpan.FromMinutes(-1);
        await act();
        tokens.TokenLifespan = life;
    }

    private async Task<Visitor> UnconfirmedAsync(string email)
    {
        await site.NewUserAsync(email);
        await site.Database.ExecuteAsync(
            $"UPDATE shared.users SET is_verified = false WHERE email = '{email}'"
        );
        return site.NewVisitor();
    }

    private Task<bool> IsConfirmedAsync(string email) =>
        site.Database.AskAsync<bool>(
            $"SELECT is_verified FROM shared.users WHERE email = '{email}'"
        );

    private Task<Guid> IdOfAsync(string email) =>
        site.Database.AskAsync<Guid>($"SELECT id FROM shared.users WHERE email = '{email}'");
}
