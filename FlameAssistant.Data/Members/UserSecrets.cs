using System.Security.Cryptography;
using System.Text;
using FlameAssistant.Data.Platform;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>
/// Identity's store, with its secrets kept as ours are: the authenticator's key sealed by the key ring, recovery codes as
/// hashes. Who reads the database can neither make codes nor use one.
/// </summary>
public sealed class UserSecrets(
    PlatformDb db,
    IDataProtectionProvider protection,
    IdentityErrorDescriber? describer = null
) : UserOnlyStore<User, PlatformDb, Guid>(db, describer)
{
    public override Task SetAuthenticatorKeyAsync(
        User user,
        string key,
        CancellationToken cancellationToken
    )
    {
        user.TwoFactorSecret = Seal(user).Protect(key);
        return Task.CompletedTask;
    }

    public override Task<string?> GetAuthenticatorKeyAsync(
        User user,
        CancellationToken cancellationToken
    ) => Task.FromResult(user.TwoFactorSecret is { } kept ? Seal(user).Unprotect(kept) : null);

    public override Task ReplaceCodesAsync(
        User user,
        IEnumerable<string> recoveryCodes,
        CancellationToken cancellationToken
    ) => base.ReplaceCodesAsync(user, recoveryCodes.Select(Hash), cancellationToken);

    public override Task<bool> RedeemCodeAsync(
        User user,
        string code,
        CancellationToken cancellationToken
    ) => base.RedeemCodeAsync(user, Hash(code), cancellationToken);

    private static string Hash(string code) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(code.Trim().ToUpperInvariant()))
        );

    private IDataProtector Seal(User user) =>
        protection.CreateProtector("users", user.Id.ToString(), "two_factor_secret");
}
