using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Members;

/// <summary>One place where a person is signed in: one row of <c>shared.user_sessions</c>, named by the cookie.</summary>
public sealed class UserSession
{
    public const int MaxUserAgent = 400;

    public Guid Id { get; set; }
    public Guid UserId { get; set; }

    /// <summary>The person's when it was begun or renewed; one that is theirs no longer has ended.</summary>
    public required string SecurityStamp { get; set; }

    public string? UserAgent { get; set; }
    public IPAddress? IpAddress { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class UserSessionConfiguration
    : IEntityTypeConfiguration<UserSession>,
        Platform.IPlatformMapping
{
    public void Configure(EntityTypeBuilder<UserSession> builder)
    {
        builder.ToTable("user_sessions", "shared");
        builder.Property(s => s.Id).ValueGeneratedNever();
    }
}
