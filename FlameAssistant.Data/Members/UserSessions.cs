using System.Collections.Concurrent;
using System.Net;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>A session as its person sees it.</summary>
public sealed record SessionRow(
    Guid Id,
    string? UserAgent,
    IPAddress? Ip,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt
);

/// <summary>
/// Where people are signed in. Whether a session still lives is asked with every request and by every circuit, and
/// answered from a cache of two seconds: an ended one is gone within five on every node.
/// </summary>
public sealed class UserSessions : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SeenPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);
    private const int MaxEntries = 20_000;

    private readonly ConcurrentDictionary<Guid, (bool IsAlive, long At)> known = new();
    private readonly IDbContextFactory<PlatformDb> platform;
    private readonly LiveHub live;
    private readonly TimeProvider clock;
    private readonly IDisposable subscription;

    public UserSessions(IDbContextFactory<PlatformDb> platform, LiveHub live, TimeProvider clock)
    {
        (this.platform, this.live, this.clock) = (platform, live, clock);
        subscription = live.SubscribeAll(e =>
        {
            if (e.Kind is LiveKinds.Session)
            {
                known.TryRemove(e.SubjectId, out _);
            }
            else if (e.Kind is LiveKinds.Resync)
            {
                known.Clear();
            }
        });
    }

    public void Dispose() => subscription.Dispose();

    /// <returns>The id that the cookie carries.</returns>
    public async Task<Guid> BeginAsync(
        User user,
        string? userAgent,
        IPAddress? ip,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        var session = new UserSession
        {
            Id = Guid.CreateVersion7(now),
            UserId = user.Id,
            SecurityStamp = user.SecurityStamp!,
            UserAgent = userAgent?[..Math.Min(userAgent.Length, UserSession.MaxUserAgent)],
            IpAddress = ip is { IsIPv4MappedToIPv6: true } ? ip.MapToIPv4() : ip,
            LastSeenAt = now,
            CreatedAt = now,
        };
        await using var db = await platform.CreateDbContextAsync(ct);
        // Cookies that were never used again leave their rows behind.
        var forgotten = now - KeptFor;
        await db.Set<UserSession>()
            .Where(s => s.UserId == user.Id && s.LastSeenAt < forgotten)
            .ExecuteDeleteAsync(ct);
        db.Add(session);
        await db.SaveChangesAsync(ct);
        return session.Id;
    }

    /// <summary>Keeps a session through a new stamp: the one in which the password was changed.</summary>
    public async Task RenewAsync(Guid id, User user, CancellationToken ct)
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        await db.Set<UserSession>()
            .Where(s => s.Id == id && s.UserId == user.Id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(s => s.SecurityStamp, user.SecurityStamp!),
                ct
            );
        Forget([id]);
    }

    public async Task<bool> IsAliveAsync(Guid id, CancellationToken ct)
    {
        if (known.TryGetValue(id, out var answer) && clock.GetElapsedTime(answer.At) < Freshness)
        {
            return answer.IsAlive;
        }
        await using var db = await platform.CreateDbContextAsync(ct);
        var seen = await Living(db)
            .Where(s => s.Id == id)
            .Select(s => (DateTimeOffset?)s.LastSeenAt)
            .SingleOrDefaultAsync(ct);
        var now = clock.GetUtcNow();
        if (now - seen > SeenPause)
        {
            await db.Set<UserSession>()
                .Where(s => s.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.LastSeenAt, now), ct);
        }
        if (known.Count > MaxEntries)
        {
            known.Clear();
        }
        known[id] = (seen is not null, clock.GetTimestamp());
        return seen is not null;
    }

    /// <summary>Those of a person that live, the latest first.</summary>
    public async Task<IReadOnlyList<SessionRow>> ListAsync(Guid userId, CancellationToken ct)
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        return await Living(db)
            .Where(s => s.UserId == userId)
            .OrderByDescending(s => s.LastSeenAt)
            .Select(s => new SessionRow(s.Id, s.UserAgent, s.IpAddress, s.CreatedAt, s.LastSeenAt))
            .ToListAsync(ct);
    }

    /// <summary>Ends one; another person's is not found.</summary>
    public Task EndAsync(Guid userId, Guid id, CancellationToken ct) =>
        EndAsync(userId, sessions => sessions.Where(s => s.Id == id), ct);

    public Task EndOthersAsync(Guid userId, Guid kept, CancellationToken ct) =>
        EndAsync(userId, sessions => sessions.Where(s => s.Id != kept), ct);

    private async Task EndAsync(
        Guid userId,
        Func<IQueryable<UserSession>, IQueryable<UserSession>> which,
        CancellationToken ct
    )
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        var sessions = which(db.Set<UserSession>().Where(s => s.UserId == userId));
        var ids = await sessions.Select(s => s.Id).ToListAsync(ct);
        await db.Set<UserSession>().Where(s => ids.Contains(s.Id)).ExecuteDeleteAsync(ct);
        Forget(ids);
    }

    private void Forget(IReadOnlyList<Guid> ids) =>
        live.Publish([
            .. ids.Select(id => new LiveEvent(SystemTenant.Id, LiveKinds.Session, id, 0)),
        ]);

    private static IQueryable<UserSession> Living(PlatformDb db) =>
        from s in db.Set<UserSession>().AsNoTracking()
        join u in db.Users on s.UserId equals u.Id
        where u.IsActive && u.SecurityStamp == s.SecurityStamp
        select s;
}
