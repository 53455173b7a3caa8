using FlameAssistant.Jobs.Channels.WebChat;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.WebChat;

/// <summary>The vectors of the contract, and what must not pass for them.</summary>
public sealed class VisitorIdentityTests
{
    // Between the vector's iat and exp.
    private static readonly DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1795371000);

    private static string Of(string file, string name) =>
        Fixtures.Json($"webchat/{file}")[name]!.GetValue<string>();

    [Fact]
    public void The_jwt_vector_should_be_verified()
    {
        var person = VisitorIdentity
            .OfJwt(
                Of("identity_jwt_vector.json", "secret"),
                Of("identity_jwt_vector.json", "jwt"),
                now
            )
            .Value;
        (person.UserId, person.Name, person.Email).ShouldBe(("cus_123", "Ana", "ana@example.com"));
    }

    [Fact]
    public void The_jwt_vector_should_end_at_its_time()
    {
        var (secret, jwt) = (
            Of("identity_jwt_vector.json", "secret"),
            Of("identity_jwt_vector.json", "jwt")
        );
        VisitorIdentity
            .OfJwt(secret, jwt, now.AddHours(2))
            .Error.ShouldBe(VisitorIdentity.Unverified);
        VisitorIdentity.OfJwt("another", jwt, now).Error.ShouldBe(VisitorIdentity.Unverified);
        VisitorIdentity.OfJwt(secret: null, jwt, now).Error.ShouldBe(VisitorIdentity.NotConfigured);
        VisitorIdentity.OfJwt(secret, jwt[..^1], now).Error.ShouldBe(VisitorIdentity.Unverified);
        VisitorIdentity.OfJwt(secret, "..", now).Error.ShouldBe(VisitorIdentity.Unverified);
    }

    [Fact]
    public void The_hash_vector_should_be_verified_and_no_other_hash()
    {
        var (secret, id, hash) = (
            Of("identity_hmac_vector.json", "secret"),
            Of("identity_hmac_vector.json", "user_id"),
            Of("identity_hmac_vector.json", "user_hash")
        );
        VisitorIdentity.OfHash(secret, id, hash).Value.ShouldBe("cus_123");
        VisitorIdentity.OfHash(secret, id, hash.ToUpperInvariant()).Value.ShouldBe("cus_123");
        VisitorIdentity.OfHash(secret, "cus_124", hash).IsOk.ShouldBeFalse();
        VisitorIdentity.OfHash(secret, id, hash[..^2]).IsOk.ShouldBeFalse();
        VisitorIdentity.OfHash(secret, id, "").IsOk.ShouldBeFalse();
    }
}
