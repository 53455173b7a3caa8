using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tests.Shared;

namespace FlameAssistant.Web.Tests.Account;

public sealed class ProfilePageTests(SiteHost site) : IClassFixture<SiteHost>
{
    [Fact]
    public async Task Choices_should_be_kept_and_followed_at_once()
    {
        using var visitor = await OpenAsync("choices@profile.test");

        await visitor.SubmitAsync(
            "profile-save",
            ("first-name", " Ana "),
            ("last-name", "Ñandú"),
            ("user-name", "ana.n"),
            ("profile-language", "es"),
            ("profile-zone", "America/Lima"),
            ("profile-theme", "dark")
        );

        visitor.See("profile-done").TextContent.ShouldContain("Guardado");
        visitor.Page.DocumentElement.GetAttribute("lang").ShouldBe("es");
        visitor.Page.DocumentElement.GetAttribute("data-theme").ShouldBe("dark");
        visitor.See("first-name").GetAttribute("value").ShouldBe("Ana");
        (
            await site.Database.AskAsync<string>(
                "SELECT concat_ws('|', first_name, last_name, username, language, time_zone, theme) FROM shared.users WHERE email = 'choices@profile.test'"
            )
        ).ShouldBe("Ana|Ñandú|ana.n|es|America/Lima|dark");
        // By the name as well as by the address.
        using var other = site.NewVisitor();
        await other.SignInAsync("ana.n");
        other.Path.ShouldBe(Urls.Inbox(site.Tenant.Slug));
    }

    [Theory]
    [InlineData("first-name", " ")]
    [InlineData("user-name", "with@sign")]
    public async Task What_is_wrong_should_be_said_at_its_field_and_nothing_be_kept(
        string field,
        string value
    )
    {
        var email = $"{field}@profile.test";
        using var visitor = await OpenAsync(email);

        await visitor.SubmitAsync("profile-save", (field, value), ("last-name", "Kept as typed"));

        visitor.See($"{field}-problem").TextContent.ShouldNotBeEmpty();
        visitor.See("last-name").GetAttribute("value").ShouldBe("Kept as typed");
        (
            await site.Database.AskAsync<string>(
                $"SELECT coalesce(last_name, '') FROM shared.users WHERE email = '{email}'"
            )
        ).ShouldBe("");
    }

    [Fact]
    public async Task User_name_of_another_person_should_be_refused()
    {
        using var first = await OpenAsync("first@profile.test");
        await first.SubmitAsync("profile-save", ("user-name", "taken"));
        first.See("profile-done");
        using var second = await OpenAsync("second@profile.test");

        await second.SubmitAsync("profile-save", ("user-name", "TAKEN"));

        second.See("user-name-problem").TextContent.ShouldNotBeEmpty();
        second.Find("profile-done").ShouldBeNull();
    }

    private async Task<Visitor> OpenAsync(string email)
    {
        await site.NewUserAsync(email);
        var visitor = await site.NewVisitorAsync(email);
        await visitor.OpenAsync(Urls.Profile);
        return visitor;
    }
}
