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

    public string? TwoFactorSecret { get; set; }

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
