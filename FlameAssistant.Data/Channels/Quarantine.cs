using System.Text.Json;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

public static class QuarantineStates
{
    public const string Open = "open";
    public const string Replayed = "replayed";
    public const string Dismissed = "dismissed";

    public static readonly IReadOnlyList<string> All = [Open, Replayed, Dismissed];
}

/// <summary>Something that came from a provider and could not be taken in.</summary>
/// <param name="ChannelName">Null where it names no channel that there is.</param>
/// <param name="TenantSlug">Null where it belongs to nobody, and where a tenant reads its own.</param>
public sealed record QuarantineRow(
    Guid Id,
    string Provider,
    Guid? ChannelId,
    string? ChannelName,
    string? TenantSlug,
    string Reason,
    string State,
    int Bytes,
    DateTimeOffset CreatedAt
);

/// <param name="Next">From where to go on; null at the end.</param>
public sealed record QuarantinePage(IReadOnlyList<QuarantineRow> Rows, QuarantineCursor? Next)
{
    public static QuarantinePage Empty { get; } = new([], null);
}

public readonly record struct QuarantineCursor(DateTimeOffset CreatedAt, Guid Id);

/// <summary>How many there are of each state; counting stops at <see cref="QuarantineQueries.CountLimit"/>.</summary>
public sealed record QuarantineCounts(int Open, int Replayed, int Dismissed)
{
    public int Of(string state) =>
        state switch
        {
            QuarantineStates.Open => Open,
            QuarantineStates.Replayed => Replayed,
            _ => Dismissed,
        };
}

/// <summary>What came, byte by byte; who shows it hides what is secret.</summary>
public sealed record QuarantinedBody(Guid Id, Guid? TenantId, Guid? ChannelId, byte[] Body);

/// <summary>A tenant's own part of the quarantine.</summary>
public static class QuarantineQueries
{
    public const int PageSize = 50;
    public const int CountLimit = 10_000;

    public static bool MayReadQuarantine(this Actor actor) =>
        actor.May(MemberPermissions.AuditRead) || actor.May(MemberPermissions.ChannelsManage);

    /// <summary>Newest first.</summary>
    public static async Task<QuarantinePage> ListQuarantineAsync(
        this TenantUnit unit,
        string state,
        QuarantineCursor? after,
        CancellationToken ct
    )
    {
        if (!unit.Actor.MayReadQuarantine())
        {
            return QuarantinePage.Empty;
        }
        var at = after?.CreatedAt ?? DateTimeOffset.MaxValue;
        var id = after?.Id ?? Guid.AllBitsSet;
        var rows = await unit
            .Db.Database.SqlQuery<QuarantineRow>(
                $"""
                SELECT q.id, q.provider, q.channel_id, c.name AS channel_name, NULL::text AS tenant_slug, q.reason, q.state,
                       octet_length(q.body) AS bytes, q.created_at
                  FROM (SELECT * FROM shared.inbound_quarantine
                         WHERE tenant_id = {unit.Tenant.Id} AND state = {state} AND (created_at, id) < ({at}, {id})
                         ORDER BY created_at DESC, id DESC LIMIT {PageSize + 1}) q
                  LEFT JOIN integrations c ON c.id = q.channel_id ORDER BY q.created_at DESC, q.id DESC
                """
            )
            .ToListAsync(ct);
        return Page(rows);
    }

    public static async Task<QuarantineCounts> CountQuarantineAsync(
        this TenantUnit unit,
        CancellationToken ct
    ) =>
        unit.Actor.MayReadQuarantine()
            ? await unit
                .Db.Database.SqlQuery<QuarantineCounts>(
                    $"""
                    SELECT (count(*) FILTER (WHERE state = 'open'))::integer AS open,
                           (count(*) FILTER (WHERE state = 'replayed'))::integer AS replayed,
                           (count(*) FILTER (WHERE state = 'dismissed'))::integer AS dismissed
                      FROM (SELECT state FROM shared.inbound_quarantine WHERE tenant_id = {unit.Tenant.Id} LIMIT {CountLimit}) q
                    """
                )
                .SingleAsync(ct)
            : new QuarantineCounts(0, 0, 0);

    /// <returns>Null for what is another's, or nobody's.</returns>
    public static async Task<QuarantinedBody?> ReadQuarantinedAsync(
        this TenantUnit unit,
        Guid id,
        CancellationToken ct
    ) =>
        unit.Actor.MayReadQuarantine()
            ? await unit
                .Db.Database.SqlQuery<QuarantinedBody>(
                    $"""
                    SELECT id, tenant_id, channel_id, body FROM shared.inbound_quarantine
                     WHERE tenant_id = {unit.Tenant.Id} AND id = {id}
                    """
                )
                .SingleOrDefaultAsync(ct)
            : null;

    internal static QuarantinePage Page(List<QuarantineRow> rows)
    {
        if (rows.Count <= PageSize)
        {
            return new QuarantinePage(rows, Next: null);
        }
        rows.RemoveAt(PageSize);
        return new QuarantinePage(rows, new(rows[^1].CreatedAt, rows[^1].Id));
    }
}

/// <summary>
/// Which of a tenant's rows are to go through the journal again: those that are open, the oldest first. The journal itself
/// takes each only once.
/// </summary>
/// <param name="Ids">Null: all of them, as many as go at once.</param>
public sealed record AskForReplay(IReadOnlyList<Guid>? Ids) : ITenantOperation<IReadOnlyList<Guid>>
{
    public const int AtOnce = 500;

    public async Task<Result<IReadOnlyList<Guid>>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return Error.Forbidden(MemberPermissions.ChannelsManage);
        }
        var asked = Ids?.ToArray();
        var open = await unit
            .Db.Database.SqlQuery<Guid>(
                $"""
                SELECT id AS "Value" FROM shared.inbound_quarantine
                 WHERE tenant_id = {unit.Tenant.Id} AND state = 'open' AND ({asked}::uuid[] IS NULL OR id = ANY ({asked}))
                 ORDER BY created_at, id LIMIT {AtOnce}
                """
            )
            .ToListAsync(ct);
        if (open.Count == 0 && asked is not null)
        {
            return QuarantineErrors.Gone;
        }
        if (open.Count > 0)
        {
            await QuarantineAudit.WriteAsync(unit, "quarantine.replayed", open, ct);
        }
        return open;
    }
}

/// <summary>
/// What customers wrote while a channel was paused, the oldest first: it goes through the journal again when the channel works
/// again. What came by a shared address names its channel inside, so that another paused channel's may be among it; it comes back.
/// </summary>
/// <param name="Before">A version 7 id: what is younger was refused since, for another channel.</param>
public sealed record AskForPaused(Guid ChannelId, Guid Before)
    : ITenantOperation<IReadOnlyList<Guid>>
{
    public async Task<Result<IReadOnlyList<Guid>>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var waiting = await unit
            .Db.Database.SqlQuery<Guid>(
                $"""
                SELECT id AS "Value" FROM shared.inbound_quarantine
                 WHERE tenant_id = {unit.Tenant.Id} AND state = 'open' AND reason = {QuarantineReasons.NotActive}
                   AND (channel_id = {ChannelId} OR channel_id IS NULL) AND id < {Before}
                 ORDER BY created_at, id LIMIT {AskForReplay.AtOnce}
                """
            )
            .ToListAsync(ct);
        if (waiting.Count > 0)
        {
            await QuarantineAudit.WriteAsync(unit, "quarantine.replayed", waiting, ct);
        }
        return waiting;
    }
}

/// <summary>The work of <see cref="AskForPaused"/> is done.</summary>
public sealed record FinishTakeIn(Guid OutboxId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        return true;
    }
}

/// <summary>Reasons that are asked for again, and not only read by people.</summary>
public static class QuarantineReasons
{
    public const string NotActive = "The channel is not active.";
}

/// <summary>What nobody needs any more is put aside: it stays to be read until it is ninety days old.</summary>
public sealed record DismissQuarantined(IReadOnlyList<Guid> Ids) : ITenantOperation<int>
{
    public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return Error.Forbidden(MemberPermissions.ChannelsManage);
        }
        var asked = Ids.ToArray();
        var dismissed = await unit
            .Db.Database.SqlQuery<Guid>(
                $"""
                UPDATE shared.inbound_quarantine SET state = 'dismissed'
                 WHERE tenant_id = {unit.Tenant.Id} AND state = 'open' AND id = ANY ({asked}) RETURNING id AS "Value"
                """
            )
            .ToListAsync(ct);
        if (dismissed.Count == 0)
        {
            return QuarantineErrors.Gone;
        }
        await QuarantineAudit.WriteAsync(unit, "quarantine.dismissed", dismissed, ct);
        return dismissed.Count;
    }
}

public static class QuarantineErrors
{
    public static Error Gone { get; } =
        Error.NotFound(
            "quarantine.gone",
            "It is not open any more: somebody replayed it or put it aside, or its ninety days are over."
        );
}

internal static class QuarantineAudit
{
    private const int Named = 20;

    public static Task WriteAsync(
        TenantUnit unit,
        string action,
        IReadOnlyList<Guid> ids,
        CancellationToken ct
    )
    {
        var id = Guid.CreateVersion7(unit.Now);
        var subject = ids.Count == 1 ? ids[0] : (Guid?)null;
        var actor = unit.Actor.Id.ToString();
        var changes = Changes(ids);
        return unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO activity_log (id, user_id, actor_kind, actor_id, action, resource_type, resource_id, changes, ip_address)
            VALUES ({id}, {unit.Actor.UserId}, {unit.Actor.Kind}, {actor}, {action}, 'inbound_quarantine', {subject}, {changes}::jsonb, {unit.Actor.Ip})
            """,
            ct
        );
    }

    public static string Changes(IReadOnlyList<Guid> ids) =>
        JsonSerializer.Serialize(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["new"] = new { count = ids.Count, ids = ids.Take(Named) },
            }
        );
}
