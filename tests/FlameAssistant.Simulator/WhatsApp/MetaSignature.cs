using System.Security.Cryptography;
using System.Text;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>The value of X-Hub-Signature-256 over the bytes as they travel.</summary>
public static class MetaSignature
{
    public const string Header = "X-Hub-Signature-256";

    public static string Of(ReadOnlySpan<byte> body, string appSecret) =>
        "sha256="
        + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(appSecret), body));
}
