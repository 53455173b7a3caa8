using System.Text.Json;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Contacts;

/// <summary>Keeps a list of contacts by a name, for oneself or for everybody; everybody's are the managers' to change.</summary>
/// <param name="SegmentId">Null makes one.</param>
public sealed record SaveSegment(Guid? SegmentId, string Name, ContactFilter Filter, bool IsShared)
    : ITenantOperation<Guid>
{
    public Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct) =>
        SavedViews.SaveAsync(
            unit,
            SavedView.Contacts,
            SegmentId,
            Name,
            JsonSerializer.Serialize(Filter),
            IsShared,
            ct
        );
}

public sealed record SegmentRow(Guid Id, string Name, bool IsShared, ContactFilter Filter);

public static class Segments
{
    /// <summary>Everybody's and the acting member's own, by name.</summary>
    public static async Task<IReadOnlyList<SegmentRow>> ListSegmentsAsync(
        this TenantUnit unit,
        CancellationToken ct
    ) =>
        (await SavedViews.ListAsync(unit, SavedView.Contacts, ct)).ConvertAll(v => new SegmentRow(
            v.Id,
            v.Name,
            v.UserId is null,
            JsonSerializer.Deserialize<ContactFilter>(v.Filter) ?? new ContactFilter()
        ));
}
