using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Tests.Shared;

public sealed class UrlsTests
{
    [Theory]
    [InlineData("/t/acme/inbox?view=mine", true)]
    [InlineData("/", true)]
    [InlineData("//evil.test", false)]
    [InlineData("/\\evil.test", false)]
    [InlineData("https://evil.test", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/\t/evil.test", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void LocalOr_should_stay_on_this_site(string? url, bool isLocal) =>
        Urls.LocalOr(url, "/account/workspaces").ShouldBe(isLocal ? url : "/account/workspaces");

    [Fact]
    public void SlugOf_should_read_the_workspace_of_an_address()
    {
        Urls.SlugOf("/t/acme/inbox/4?view=mine").ShouldBe("acme");
        Urls.SlugOf("/account/login").ShouldBeNull();
    }
}
