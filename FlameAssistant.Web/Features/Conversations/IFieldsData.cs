using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>All that the page of fields asks of the world: one tenant, one person, a unit of work per call.</summary>
public interface IFieldsData
{
    Task<FieldsView> ListAsync(CancellationToken ct);

    Task<Result<Guid>> SaveAsync(SaveField field, CancellationToken ct);

    Task<Result<bool>> DeleteAsync(Guid fieldId, CancellationToken ct);

    Task<Result<bool>> OrderAsync(OrderFields order, CancellationToken ct);

    /// <summary>Calls back when somebody changed fields, until disposed.</summary>
    Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct);
}

public sealed record FieldsView(IReadOnlyList<FieldRow> Rows, bool MayWrite);
