using System.Net;
using System.Threading.RateLimiting;

namespace FlameAssistant.Web.Auth;

/// <summary>
/// How often one address, and one account, may try to sign in or have a letter sent. An unknown account is counted like a
/// known one, so that a refusal says nothing. The page that asked shows how long to wait, and keeps what was typed.
/// </summary>
internal sealed class AccountLimits : IDisposable
{
    // An office behind one address signs in at nine o'clock; one account does so once.
    private readonly PartitionedRateLimiter<string> signInByAddress = Window(60, 60);
    private readonly PartitionedRateLimiter<string> signInByAccount = Window(12, 300);
    private readonly PartitionedRateLimiter<string> mailByAddress = Window(20, 600);
    private readonly PartitionedRateLimiter<string> mailByAccount = Window(3, 600);

    /// <returns>How long to wait; null when it may go on.</returns>
    public TimeSpan? SignIn(IPAddress? address, string account) =>
        SignIn(address) ?? Ask(signInByAccount, account.Trim().ToUpperInvariant());

    /// <summary>Where the account is not known yet: a passkey says whose it is.</summary>
    /// <inheritdoc cref="SignIn(IPAddress?, string)"/>
    public TimeSpan? SignIn(IPAddress? address) => Ask(signInByAddress, address?.ToString() ?? "");

    /// <inheritdoc cref="SignIn(IPAddress?, string)"/>
    public TimeSpan? Mail(IPAddress? address, string account) =>
        Ask(mailByAddress, address?.ToString() ?? "")
        ?? Ask(mailByAccount, account.Trim().ToUpperInvariant());

    public void Dispose()
    {
        signInByAddress.Dispose();
        signInByAccount.Dispose();
        mailByAddress.Dispose();
        mailByAccount.Dispose();
    }

    private static TimeSpan? Ask(PartitionedRateLimiter<string> limiter, string key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after
            : TimeSpan.FromMinutes(1);
    }

    private static PartitionedRateLimiter<string> Window(int permits, int seconds) =>
        PartitionedRateLimiter.Create<string, string>(key =>
            RateLimitPartition.GetFixedWindowLimiter(
                key,
                _ => new FixedWindowRateLimiterOptions
                {
                    PermitLimit = permits,
                    Window = TimeSpan.FromSeconds(seconds),
                }
            )
        );
}
