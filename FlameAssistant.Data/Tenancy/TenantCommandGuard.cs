using System.Data.Common;
using FlameAssistant.Data.Shared;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// Refuses any command of a tenant's context outside a unit of work: it would run without a tenant. What somebody typed and
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
        if (command.Transaction is null || eventData.Context is not TenantDb { UnitIsOpen: true })
        {
            throw new InvalidOperationException(
                "A tenant's context ran a command outside a unit of work. Use TenantUnits, which opens the transaction and names the tenant."
            );
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
