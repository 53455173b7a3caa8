using System.Net;
using FlameAssistant.Jobs.Platform;
using FlameAssistant.Testing;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Tests.Platform;

public sealed class OutboundAddressesTests
{
    /// <summary>Those that are about where a connection goes; what an address may look like is the webhooks' own check.</summary>
    public static TheoryData<string> MustBlock() =>
        [
            .. Cases("must_block")
                .Where(url =>
                    url.StartsWith("http://", StringComparison.Ordinal)
                    && !url.Contains(' ', StringComparison.Ordinal)
                ),
        ];

    public static TheoryData<string> MustAllow() =>
        [
            .. Cases("must_allow")
                .Select(url => new Uri(url).Host.Trim('[', ']'))
                .Where(host => IPAddress.TryParse(host, out _)),
        ];

    [Theory]
    [MemberData(nameof(MustBlock))]
    public async Task Handler_should_refuse_private_addresses(string url)
    {
        using var http = new HttpClient(
            new OutboundAddresses(Options.Create(new OutboundOptions())).NewHandler()
        );

        var refused = await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(url));

        // .NET itself refuses 0.0.0.0, and some resolvers do not know "localhost.".
        (
            refused.Message.Contains("private address", StringComparison.Ordinal)
            || refused.Message.Contains("unspecified addresses", StringComparison.Ordinal)
            || refused.HttpRequestError == HttpRequestError.NameResolutionError
        ).ShouldBeTrue(refused.Message);
    }

    [Theory]
    [MemberData(nameof(MustAllow))]
    public void IsSpecial_should_allow_public_addresses(string address) =>
        OutboundAddresses.IsSpecial(IPAddress.Parse(address)).ShouldBeFalse();

    private static IEnumerable<string> Cases(string list) =>
        Fixtures.Json("webhooks-out/ssrf_cases.json")[list]!
            .AsArray()
            .Select(url => url!.GetValue<string>());
}
