using FlameAssistant.Data.Audit;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>The whole quarantine, for super-admins: every tenant's, and what belongs to none.</summary>
public sealed class SystemQuarantine(SystemWork work)
{
    /// <param name="tenant">A slug; empty: what belongs to no tenant; null: all.</param>
    public Task<QuarantinePage> ListAsync(
        string state,
        string? tenant,
        QuarantineCursor? after,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ReadAsync(
            actor,
            async db =>
            {
                var at = after?.CreatedAt ?? DateTimeOffset.MaxValue;
                var id = after?.Id ?? Guid.AllBitsSet;
                var rows = await db
                    .Database.SqlQuery<QuarantineRow>(
                        $"""
                        SELECT q.id, q.provider, q.channel_id, NULL::text AS channel_name, t.slug AS tenant_slug, q.reason, q.state,
                               octet_length(q.body) AS bytes, q.created_at
                          FROM shared.inbound_quarantine q LEFT JOIN shared.tenants t ON t.id = q.tenant_id
                         WHERE q.state = {state} AND (q.created_at, q.id) < ({at}, {id})
                           AND ({tenant}::text IS NULL OR coalesce(t.slug, '') = {tenant})
                         ORDER BY q.created_at DESC, q.id DESC LIMIT {QuarantineQueries.PageSize
                            + 1}
                        """
                    )
                    .ToListAsync(ct);
                return QuarantineQueries.Page(rows);
            },
            QuarantinePage.Empty,
            ct
        );

    public Task<QuarantineCounts> CountAsync(Actor actor, CancellationToken ct) =>
        work.ReadAsync(
            actor,
            db =>
                db.Database.SqlQuery<QuarantineCounts>(
                        $"""
                        SELECT (count(*) FILTER (WHERE state = 'open'))::integer AS open,
                               (count(*) FILTER (WHERE state = 'replayed'))::integer AS replayed,
                               (count(*) FILTER (WHERE state = 'dismissed'))::integer AS dismissed
                          FROM (SELECT state FROM shared.inbound_quarantine LIMIT {QuarantineQueries.CountLimit}) q
                        """
                    )
                    .SingleAsync(ct),
            new QuarantineCounts(0, 0, 0),
            ct
        );

    public Task<QuarantinedBody?> ReadAsync(Guid id, Actor actor, CancellationToken ct) =>
        work.ReadAsync(
            actor,
            db =>
                db.Database.SqlQuery<QuarantinedBody>(
                        $"SELECT id, tenant_id, channel_id, body FROM shared.inbound_quarantine WHERE id = {id}"
                    )
                    .SingleOrDefaultAsync(ct),
            null,
            ct
        );

    /// <summary>See <see cref="AskForReplay"/>.</summary>
    public Task<Result<IReadOnlyList<Guid>>> AskForReplayAsync(
        IReadOnlyList<Guid>? ids,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ChangeAsync<IReadOnlyList<Guid>>(
            actor,
            async (db, _) =>
            {
                var asked = ids?.ToArray();
                var open = await db
                    .Database.SqlQuery<Guid>(
                        $"""
                        SELECT id AS "Value" FROM shared.inbound_quarantine
                         WHERE state = 'open' AND ({asked}::uuid[] IS NULL OR id = ANY ({asked}))
                         ORDER BY created_at, id LIMIT {AskForReplay.AtOnce}
                        """
                    )
                    .ToListAsync(ct);
                if (open.Count == 0 && asked is not null)
                {
                    return QuarantineErrors.Gone;
                }
                if (open.Count > 0)
                {
                    await WriteAsync(db, actor, "quarantine.replayed", open, ct);
                }
                return open;
            },
            ct
        );

    public Task<Result<int>> DismissAsync(
        IReadOnlyList<Guid> ids,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ChangeAsync<int>(
            actor,
            async (db, _) =>
            {
                var asked = ids.ToArray();
                var dismissed = await db
                    .Database.SqlQuery<Guid>(
                        $"""
                        UPDATE shared.inbound_quarantine SET state = 'dismissed'
                         WHERE state = 'open' AND id = ANY ({asked}) RETURNING id AS "Value"
                        """
                    )
                    .ToListAsync(ct);
                if (dismissed.Count == 0)
                {
                    return QuarantineErrors.Gone;
                }
                await WriteAsync(db, actor, "quarantine.dismissed", dismissed, ct);
                return dismissed.Count;
            },
            ct
        );

    private static Task WriteAsync(
        PlatformDb db,
        Actor actor,
        string action,
        List<Guid> ids,
        CancellationToken ct
    ) =>
        PlatformAudit.WriteAsync(
            db,
            actor,
            action,
            "inbound_quarantine",
            ids[0],
            new { count = ids.Count, ids = ids.Take(20) },
            ct
        );
}
