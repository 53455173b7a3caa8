using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>The own fields of the tenant of the address.</summary>
internal sealed class FieldsData(TenantSession session, LiveHub live) : IFieldsData
{
    public async Task<FieldsView> ListAsync(CancellationToken ct)
    {
        var rows = await session.ReadAsync((unit, token) => unit.ListFieldsAsync(token), [], ct);
        return new FieldsView(rows, session.Actor.May(MemberPermissions.TagsWrite));
    }

    public Task<Result<Guid>> SaveAsync(SaveField field, CancellationToken ct) =>
        session.RunAsync(field, ct);

    public Task<Result<bool>> DeleteAsync(Guid fieldId, CancellationToken ct) =>
        session.RunAsync(new DeleteField(fieldId), ct);

    public Task<Result<bool>> OrderAsync(OrderFields order, CancellationToken ct) =>
        session.RunAsync(order, ct);

    public async Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? live.Subscribe(
                tenant.Id,
                e =>
                {
                    if (e.Kind is LiveKinds.Vocabulary or LiveKinds.Resync)
                    {
                        _ = onChange();
                    }
                }
            )
            : null;
}

/// <summary>Marks the texts of the page of fields.</summary>
public sealed class FieldsText;
