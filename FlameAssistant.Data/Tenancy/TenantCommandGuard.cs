using System.Data.Common;
using FlameAssistant.Data.Shared;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// Refuses any command of a tenant's context outside a unit of work: it would run without a tenant. The first of a unit that
/// only reads carries the tenant's name (ADR 70). What somebody typed and
/// PostgreSQL cannot take as text is asked for as what would be stored of it, instead of being an exception.
/// </summary>
internal sealed class TenantCommandGuard : DbCommandInterceptor
{
    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result
    ) => Check(command, eventData, result);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromResult(Check(command, eventData, result));

    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result
    ) => Check(command, eventData, result);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromResult(Check(command, eventData, result));

    public override InterceptionResult<object> ScalarExecuting(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<object> result
    ) => Check(command, eventData, result);

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<object> result,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromResult(Check(command, eventData, result));

    private static T Check<T>(DbCommand command, CommandEventData eventData, T result)
    {
        if (
            command.Transaction is null
            || eventData.Context is not TenantDb { UnitIsOpen: true } db
        )
        {
            throw new InvalidOperationException(
                "A tenant's context ran a command outside a unit of work. Use TenantUnits, which opens the transaction and names the tenant."
            );
        }
        if (db.TakeNames() is { } names)
        {
            if (eventData.CommandSource is CommandSource.SaveChanges)
            {
                // EF Core counts the statements of its changes: the names go by themselves.
                using var first = command.Connection!.CreateCommand();
                (first.Transaction, first.CommandText) = (command.Transaction, names);
                first.ExecuteNonQuery();
            }
            else
            {
                // In the same packet, before it: the server reads nothing of a tenant that is not named.
                command.CommandText = names + command.CommandText;
            }
        }
        foreach (DbParameter parameter in command.Parameters)
        {
            if (parameter.Value is string text)
            {
                parameter.Value = StorableText.Clean(text);
            }
        }
        return result;
    }
}
