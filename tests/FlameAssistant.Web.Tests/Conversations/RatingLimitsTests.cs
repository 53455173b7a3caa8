using System.Net;
using FlameAssistant.Web.Features.Conversations;
using Microsoft.AspNetCore.Http;

namespace FlameAssistant.Web.Tests.Conversations;

public sealed class RatingLimitsTests
{
    [Fact]
    public void One_address_should_wait_after_many_attempts_and_another_should_not()
    {
        using var limits = new RatingLimits();
        for (var i = 0; i < 30; i++)
        {
            limits.May(From("203.0.113.5")).ShouldBeTrue();
        }

        limits.May(From("203.0.113.5")).ShouldBeFalse();
        limits.May(From("203.0.113.6")).ShouldBeTrue();
    }

    private static DefaultHttpContext From(string address) =>
        new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
}
