using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Data.Members;

/// <summary>A person, known once in the whole system (<c>shared.users</c>); what they may do is in their memberships.</summary>
public sealed class User : IdentityUser<Guid>
{
    public string? FirstName { get; set; }

    public string? LastName { get; set; }

    public bool IsActive { get; set; } = true;

    public DateTimeOffset? EmailVerifiedAt { get; set; }

    public DateTimeOffset? LastLoginAt { get; set; }

    /// <summary>Sealed; see <see cref="UserSecrets"/>.</summary>
    public string? TwoFactorSecret { get; set; }

    /// <summary>Null follows the browser, as do zone and theme.</summary>
    public string? Language { get; set; }

    /// <summary>IANA name.</summary>
    public string? TimeZone { get; set; }

    public string? Theme { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public string DisplayName
    {
        get
        {
            var full = $"{FirstName} {LastName}".Trim();
            return full.Length > 0 ? full : Email ?? UserName ?? Id.ToString();
        }
    }
}
