using System.Security.Cryptography;

namespace FlameAssistant.Web.Shared;

/// <summary>The nonce of one answer: the policy header and the page's own script tags read the same value.</summary>
public static class CspNonce
{
    private static readonly object Key = new();

    public static string Of(HttpContext context)
    {
        if (context.Items[Key] is not string nonce)
        {
            nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
            context.Items[Key] = nonce;
        }

        return nonce;
    }
}
