using FlameAssistant.Data.Shared;
using Microsoft.AspNetCore.DataProtection;

namespace FlameAssistant.Data.Channels;

/// <summary>
/// Encrypts what a channel must keep secret, in .NET and not in SQL, so that no key travels there. The purpose names
/// tenant, table, row and column: a ciphertext moved elsewhere does not open.
/// </summary>
public sealed class ChannelSecrets(IDataProtectionProvider protection)
{
    public string Protect(Guid tenantId, Guid channelId, string field, string plain) =>
        Protector(tenantId, channelId, field).Protect(plain);

    /// <returns>An error when the key ring that encrypted it is not this installation's.</returns>
    public Result<string> Unprotect(Guid tenantId, Guid channelId, string field, string cipher)
    {
        try
        {
            return Protector(tenantId, channelId, field).Unprotect(cipher);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return new Error(
                ErrorKind.Unavailable,
                "channel.secret_unreadable",
                "The channel's credentials cannot be decrypted with this installation's keys: enter them again, or restore Flame__Secrets__MasterKey."
            );
        }
    }

    private IDataProtector Protector(Guid tenantId, Guid channelId, string field) =>
        protection.CreateProtector(
            "tenant",
            [tenantId.ToString("D"), "integrations", channelId.ToString("D"), field]
        );
}
