using System.Net;
using FlameAssistant.Data.Live;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// One unit of work in one tenant: a transaction in which the tenant, the person and the actor are named. Nothing but the
/// database is awaited inside one. What is raised is told only after the commit.
/// </summary>
public sealed class TenantUnit : IAsyncDisposable
{
    private readonly IDbContextTransaction transaction;
    private readonly List<LiveEvent> raised = [];

    private TenantUnit(
        TenantDb db,
        IDbContextTransaction transaction,
        TenantRef tenant,
        Actor actor,
        DateTimeOffset now
    )
    {
        this.transaction = transaction;
        Db = db;
        Tenant = tenant;
        Actor = actor;
        Now = now;
    }

    public TenantDb Db { get; }

    public TenantRef Tenant { get; }

    public Actor Actor { get; }

    /// <summary>The time of everything this unit writes, UTC.</summary>
    public DateTimeOffset Now { get; }

    internal IReadOnlyList<LiveEvent> Raised => raised;

    /// <summary>Channels that the actor does not see, once somebody asked; see <c>ConversationAccess</c>.</summary>
    internal List<Guid>? HiddenChannels { get; set; }

    /// <summary>Whether rows for the outbox worker were written.</summary>
    internal bool HasOutboxWork { get; set; }

    /// <summary>Rows that are due a little later, and need not wait for the worker's next sweep.</summary>
    internal List<(string Kind, DateTimeOffset At)> DueSoon { get; } = [];

    /// <summary>Tells the circuits of every node, once this unit is committed.</summary>
    public void Raise(string kind, Guid subjectId, long seq = 0) =>
        raised.Add(new LiveEvent(Tenant.Id, kind, subjectId, seq));

    /// <summary>
    /// Opens a transaction that names the tenant, the person and the actor: one round trip, since BEGIN travels with the names.
    /// </summary>
    internal static async Task<TenantUnit> OpenAsync(
        TenantDb db,
        TenantRef tenant,
        Actor actor,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var unit = await BeginAsync(db, tenant, actor, now, ct);
        try
        {
            await unit.ExecuteAsync(
                $"""
                {Names(tenant)}
                SET LOCAL app.current_user_id = '{actor.UserId:D}';
                SET LOCAL app.current_actor = '{actor.Kind}:{actor.Id:D}';
                SET LOCAL app.current_ip = '{Literal(actor.Ip)}'
                """,
                ct
            );
            return unit;
        }
        catch
        {
            await unit.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Opens a transaction that only reads: its tenant travels with the first query, and BEGIN with both, in one packet. Who reads
    /// is not named, since only the audit of changes asks for it.
    /// </summary>
    internal static async Task<TenantUnit> OpenReadingAsync(
        TenantDb db,
        TenantRef tenant,
        Actor actor,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var unit = await BeginAsync(db, tenant, actor, now, ct);
        db.NamesToSend = Names(tenant);
        return unit;
    }

    private static async Task<TenantUnit> BeginAsync(
        TenantDb db,
        TenantRef tenant,
        Actor actor,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        try
        {
            var begun = await db.Database.BeginTransactionAsync(ct);
            db.UnitIsOpen = true;
            return new TenantUnit(db, begun, tenant, actor, now);
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection itself, the tenant named on it, for SQL that is not asked through the context.</summary>
    internal async Task<NpgsqlConnection> ConnectionAsync(CancellationToken ct)
    {
        if (Db.TakeNames() is { } names)
        {
            await ExecuteAsync(names, ct);
        }
        return (NpgsqlConnection)Db.Database.GetDbConnection();
    }

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            sql,
            (NpgsqlConnection)Db.Database.GetDbConnection(),
            (NpgsqlTransaction)transaction.GetDbTransaction()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>SET takes no parameters: the values are Guid-, IPAddress- and catalog-formatted.</summary>
    private static string Names(TenantRef tenant) =>
        $"SET LOCAL search_path = {tenant.SchemaName}, public; SET LOCAL app.current_tenant_id = '{tenant.Id:D}';\n";

    /// <summary>Without the zone of a link-local address (fe80::1%eth0), which is no part of an inet.</summary>
    private static IPAddress? Literal(IPAddress? ip) =>
        ip is null ? null : new IPAddress(ip.GetAddressBytes());

    internal async Task CommitAsync(CancellationToken ct)
    {
        await transaction.CommitAsync(ct);
        Db.UnitIsOpen = false;
    }

    public async ValueTask DisposeAsync()
    {
        Db.UnitIsOpen = false;
        Db.TakeNames();
        await transaction.DisposeAsync();
        await Db.DisposeAsync();
    }
}
