using System.Net;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Features.Account;

namespace FlameAssistant.Web.Tests.Account;

public sealed class DeviceTests
{
    [Theory]
    [InlineData(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
        "Edge",
        "Windows",
        false
    )]
    [InlineData(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
        "Safari",
        "iPhone",
        true
    )]
    [InlineData(
        "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
        "Chrome",
        "Android",
        true
    )]
    [InlineData(
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Firefox",
        "Linux",
        false
    )]
    [InlineData("curl/8.5", null, null, false)]
    [InlineData(null, null, null, false)]
    public void Of_should_name_browser_and_system(
        string? userAgent,
        string? browser,
        string? system,
        bool isPhone
    ) => Device.Of(userAgent).ShouldBe(new Device(browser, system, isPhone));

    [Fact]
    public void AccountLimits_should_count_by_account_and_by_address()
    {
        using var limits = new AccountLimits();
        var office = IPAddress.Parse("10.0.0.1");
        for (var i = 0; i < 12; i++)
        {
            limits.SignIn(office, "Ana@x.test").ShouldBeNull();
        }
        // Whatever the case, and from wherever; somebody else beside them may go on.
        limits.SignIn(IPAddress.Loopback, "ana@x.test ").ShouldNotBeNull();
        limits.SignIn(office, "bo@x.test").ShouldBeNull();
        for (var i = 0; i < 47; i++)
        {
            limits.SignIn(office).ShouldBeNull();
        }
        limits.SignIn(office, "cy@x.test").ShouldNotBeNull();
        limits.SignIn(IPAddress.Loopback, "cy@x.test").ShouldBeNull();
    }

    [Fact]
    public void AccountLimits_should_send_few_letters()
    {
        using var limits = new AccountLimits();
        for (var i = 0; i < 3; i++)
        {
            limits.Mail(IPAddress.Loopback, "ana@x.test").ShouldBeNull();
        }
        limits.Mail(IPAddress.Loopback, "ana@x.test")!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        limits.Mail(IPAddress.Loopback, "bo@x.test").ShouldBeNull();
    }
}
