using FlameAssistant.Testing;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tests.Shared;

namespace FlameAssistant.Web.Tests.Account;

public sealed class TwoFactorPageTests(SiteHost site) : IClassFixture<SiteHost>
{
    [Fact]
    public async Task Wrong_code_should_say_so_at_the_field_and_keep_the_key()
    {
        using var visitor = await OpenAsync("wrong@totp.test");
        var key = visitor.See("two-factor-key").TextContent;

        await visitor.SubmitAsync("two-factor-on", ("two-factor-code", "000 000"));

        visitor.See("two-factor-code-problem").TextContent.ShouldNotBeEmpty();
        visitor.See("two-factor-code").GetAttribute("value").ShouldBe("000 000");
        visitor.See("two-factor-key").TextContent.ShouldBe(key);
        visitor.Page.QuerySelector(".qr svg path").ShouldNotBeNull();
    }

    [Fact]
    public async Task Turned_on_it_should_show_codes_once_and_need_the_password_to_change()
    {
        using var visitor = await OpenAsync("on@totp.test");
        await visitor.SubmitAsync("two-factor-on", ("two-factor-code", CodeOn(visitor)));
        var codes = CodesOn(visitor);
        codes.Count.ShouldBe(10);

        await visitor.OpenAsync(Urls.TwoFactor);
        visitor.Find("recovery-codes").ShouldBeNull();
        visitor.Find("two-factor-key").ShouldBeNull();
        await visitor.SubmitAsync("new-codes", ("current-password", "not the password"));
        visitor.See("current-password-problem").TextContent.ShouldNotBeEmpty();
        await visitor.SubmitAsync("new-codes", ("current-password", SiteHost.Password));
        CodesOn(visitor).Intersect(codes).ShouldBeEmpty();
    }

    [Fact]
    public async Task Turned_off_it_should_be_off_with_the_password_alone_and_the_key_another()
    {
        using var visitor = await OpenAsync("off@totp.test");
        var key = visitor.See("two-factor-key").TextContent;
        await visitor.SubmitAsync("two-factor-on", ("two-factor-code", CodeOn(visitor)));
        await visitor.OpenAsync(Urls.TwoFactor);
        await visitor.SubmitAsync("two-factor-off", ("current-password", "not the password"));
        visitor.See("current-password-problem").TextContent.ShouldNotBeEmpty();

        await visitor.SubmitAsync("two-factor-off", ("current-password", SiteHost.Password));

        visitor.Path.ShouldBe($"{Urls.Profile}?done=two-factor");
        visitor.See("profile-done");
        await visitor.OpenAsync(Urls.TwoFactor);
        visitor.See("two-factor-key").TextContent.ShouldNotBe(key);
    }

    private async Task<Visitor> OpenAsync(string email)
    {
        await site.NewUserAsync(email);
        var visitor = await site.NewVisitorAsync(email);
        await visitor.OpenAsync(Urls.TwoFactor);
        return visitor;
    }

    private static string CodeOn(Visitor visitor) =>
        Authenticator.CodeOf(visitor.See("two-factor-key").TextContent);

    private static List<string> CodesOn(Visitor visitor) =>
        [.. visitor.See("recovery-codes").Children.Select(code => code.TextContent)];
}
