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

    /// <summary>Tells the circuits of every node, once this unit is committed.</summary>
    public void Raise(string kind, Guid subjectId, long seq = 0) =>
        raised.Add(new LiveEvent(Tenant.Id, kind, subjectId, seq));

    internal static async Task<TenantUnit> OpenAsync(
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
            // BEGIN travels with this command: one round trip. The values are Guid-, IPAddress- and catalog-formatted,
            // since SET takes no parameters.
            await using var command = new NpgsqlCommand(
                $"""
                SET LOCAL search_path = {tenant.SchemaName}, public;
                SET LOCAL app.current_tenant_id = '{tenant.Id:D}';
                SET LOCAL app.current_user_id = '{actor.UserId:D}';
                SET LOCAL app.current_actor = '{actor.Kind}:{actor.Id:D}';
                SET LOCAL app.current_ip = '{Literal(actor.Ip)}'
                """,
                (NpgsqlConnection)db.Database.GetDbConnection(),
                (NpgsqlTransaction)begun.GetDbTransaction()
            );
            await command.ExecuteNonQueryAsync(ct);
            db.UnitIsOpen = true;
            return new TenantUnit(db, begun, tenant, actor, now);
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

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
        await transaction.DisposeAsync();
        await Db.DisposeAsync();
    }
}
