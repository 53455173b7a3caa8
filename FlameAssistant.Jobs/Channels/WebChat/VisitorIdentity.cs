using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.WebChat;

/// <summary>Who a visitor is by the site's signed word.</summary>
public sealed record VerifiedPerson(string UserId, string? Name, string? Email, string? Phone);

/// <summary>
/// Verifies the two ways in which a site says who its visitor is: a JWT signed with HS256, or the HMAC of a user's id in hex.
/// One algorithm and no other: what names another one, or none, is refused before anything else is read of it.
/// </summary>
public static class VisitorIdentity
{
    private const int MaxToken = 8192;
    private const int MaxUserId = 200;
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    public static Error Unverified { get; } =
        new(
            ErrorKind.Forbidden,
            "identity.unverified",
            "The visitor's identity is not signed with this channel's secret, or has expired: sign it on your server, with HS256 and the channel's identity secret."
        );

    public static Error NotConfigured { get; } =
        new(
            ErrorKind.Forbidden,
            "identity.not_configured",
            "This web chat has no identity secret: set one in the channel's settings before your site says who its visitors are."
        );

    public static Result<VerifiedPerson> OfJwt(string? secret, string token, DateTimeOffset now)
    {
        if (secret is null)
        {
            return NotConfigured;
        }
        var parts = token.Split('.');
        if (token.Length > MaxToken || parts.Length != 3)
        {
            return Unverified;
        }
        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            if (Text(header.RootElement, "alg") != "HS256")
            {
                return Unverified;
            }
            var right = HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(secret),
                Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')])
            );
            if (
                !CryptographicOperations.FixedTimeEquals(right, Base64Url.DecodeFromChars(parts[2]))
            )
            {
                return Unverified;
            }
            using var body = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return Person(body.RootElement, now);
        }
        catch (Exception ex)
            when (ex is JsonException or FormatException or InvalidOperationException)
        {
            return Unverified;
        }
    }

    public static Result<string> OfHash(string? secret, string userId, string hash)
    {
        if (secret is null)
        {
            return NotConfigured;
        }
        var given = new byte[HMACSHA256.HashSizeInBytes];
        return
            userId.Length is > 0 and <= MaxUserId
            && hash.Length == given.Length * 2
            && Convert.FromHexString(hash, given, out _, out var written)
                == System.Buffers.OperationStatus.Done
            && written == given.Length
            && CryptographicOperations.FixedTimeEquals(
                given,
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(userId))
            )
            ? userId
            : Unverified;
    }

    private static Result<VerifiedPerson> Person(JsonElement body, DateTimeOffset now)
    {
        var userId = Text(body, "user_id") ?? Text(body, "sub");
        // A word without an end would hold for ever: whoever once saw it would be that person.
        if (
            userId is not { Length: > 0 and <= MaxUserId }
            || Time(body, "exp") is not { } expires
            || expires <= (now - Leeway).ToUnixTimeSeconds()
            || Time(body, "nbf") > (now + Leeway).ToUnixTimeSeconds()
        )
        {
            return Unverified;
        }
        return new VerifiedPerson(
            userId,
            Text(body, "name"),
            Text(body, "email"),
            Text(body, "phone")
        );
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static double? Time(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds)
            ? seconds
            : null;
}
