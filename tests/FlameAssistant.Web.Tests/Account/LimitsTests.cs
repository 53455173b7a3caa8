using System.Net;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tests.Shared;

namespace FlameAssistant.Web.Tests.Account;

/// <summary>Who tries too often is told to wait, on the page they tried on.</summary>
public sealed class LimitsTests(SiteHost site) : IClassFixture<SiteHost>
{
    [Theory]
    [InlineData("known@limits.test")]
    [InlineData("nobody@limits.test")]
    public async Task Sign_in_should_say_429_how_long_to_wait_and_keep_what_was_typed(string user)
    {
        await site.NewUserAsync("known@limits.test");
        using var visitor = site.NewVisitor();
        for (var tries = 0; tries < 12; tries++)
        {
            await visitor.SignInAsync(user, "not the password");
            visitor.Status.ShouldBe(HttpStatusCode.OK);
        }

        await visitor.SignInAsync(user);

        visitor.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        visitor.See("sign-in-error").TextContent.ShouldContain("5 min");
        visitor.See("sign-in-user").GetAttribute("value").ShouldBe(user);
        // Others sign in as before.
        await site.NewUserAsync("other@limits.test");
        await visitor.SignInAsync("other@limits.test");
        visitor.Path.ShouldBe(Urls.Inbox(site.Tenant.Slug));
    }

    [Fact]
    public async Task Letters_should_be_limited_with_the_same_words()
    {
        using var visitor = site.NewVisitor();
        for (var tries = 0; tries < 3; tries++)
        {
            await AskAsync();
            visitor.See("mail-sent");
        }

        await AskAsync();

        visitor.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        visitor.See("email-problem").TextContent.ShouldContain("10 min");
        visitor.See("email").GetAttribute("value").ShouldBe("letters@limits.test");

        async Task AskAsync()
        {
            await visitor.OpenAsync(Urls.ForgotPassword);
            await visitor.SubmitAsync("send-link", ("email", "letters@limits.test"));
        }
    }
}
