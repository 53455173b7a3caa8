using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;

namespace FlameAssistant.Web.Features.Templates;

/// <summary>All that the pages of templates and of tags ask of the world: one tenant, one person, a unit of work per call.</summary>
public interface ITemplatesData
{
    Task<TemplatesView> ListAsync(CancellationToken ct);

    Task<Result<Guid>> SaveAsync(SaveTemplate template, CancellationToken ct);

    Task<Result<bool>> DeleteAsync(Guid templateId, CancellationToken ct);

    Task<TagsView> ListTagsAsync(CancellationToken ct);

    Task<Result<Guid>> SaveTagAsync(SaveTag tag, CancellationToken ct);

    Task<Result<bool>> MergeTagsAsync(Guid tagId, Guid intoId, CancellationToken ct);

    Task<Result<bool>> DeleteTagAsync(Guid tagId, CancellationToken ct);

    /// <summary>Calls back when somebody changed templates or tags, until disposed.</summary>
    Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct);
}

/// <param name="Places">What a text may name.</param>
/// <param name="Workspace">For the preview.</param>
public sealed record TemplatesView(
    IReadOnlyList<TemplateRow> Rows,
    IReadOnlyList<string> Places,
    bool MayWrite,
    string Workspace,
    string Agent
);

public sealed record TagsView(IReadOnlyList<TagRow> Rows, bool MayWrite);
