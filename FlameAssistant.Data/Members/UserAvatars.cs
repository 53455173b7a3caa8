using FlameAssistant.Data.Platform;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>People's pictures. One is seen by its person, and by those who are in a workspace with them.</summary>
public sealed class UserAvatars(IDbContextFactory<PlatformDb> platform)
{
    public async Task SaveAsync(Guid userId, byte[] image, CancellationToken ct)
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO shared.user_avatars (user_id, version, image) VALUES ({userId}, {Guid.NewGuid()}, {image})
            ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, image = excluded.image
            """,
            ct
        );
    }

    public async Task RemoveAsync(Guid userId, CancellationToken ct)
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        await db.Set<UserAvatar>().Where(a => a.UserId == userId).ExecuteDeleteAsync(ct);
    }

    /// <returns>Null for who has none.</returns>
    public async Task<string?> UrlOfAsync(Guid userId, CancellationToken ct)
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        var version = await db.Set<UserAvatar>()
            .Where(a => a.UserId == userId)
            .Select(a => (Guid?)a.Version)
            .SingleOrDefaultAsync(ct);
        return version is { } known ? UserAvatar.UrlOf(userId, known) : null;
    }

    /// <returns>Null when there is no such picture, or the viewer does not work with the person.</returns>
    public async Task<byte[]?> FindAsync(
        Guid userId,
        Guid version,
        Guid viewerId,
        CancellationToken ct
    )
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        var mine = db
            .Memberships.Where(m => m.UserId == viewerId && m.IsActive)
            .Select(m => m.TenantId);
        return await db.Set<UserAvatar>()
            .Where(a => a.UserId == userId && a.Version == version)
            .Where(a =>
                a.UserId == viewerId
                || db.Memberships.Any(m => m.UserId == userId && mine.Contains(m.TenantId))
            )
            .Select(a => a.Image)
            .SingleOrDefaultAsync(ct);
    }
}
