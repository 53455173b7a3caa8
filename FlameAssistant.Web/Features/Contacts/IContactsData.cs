using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Web.Features.Contacts;

/// <summary>All that the pages of contacts ask of the world: one tenant, one person, a unit of work per call.</summary>
public interface IContactsData
{
    /// <summary>What menus and filters are made of, and what the person may do.</summary>
    Task<ContactWords> WordsAsync(CancellationToken ct);

    Task<ContactRows> ListAsync(ContactFilter filter, ContactCursor? after, CancellationToken ct);

    Task<ContactProfile?> FindAsync(Guid contactId, CancellationToken ct);

    /// <summary>Some that the words find, to choose one of.</summary>
    Task<IReadOnlyList<ContactRow>> LookUpAsync(string text, CancellationToken ct);

    Task<MergePreview?> PreviewMergeAsync(Guid keepId, Guid otherId, CancellationToken ct);

    /// <summary>Changes something; what may go wrong comes back as an error.</summary>
    Task<Result<T>> RunAsync<T>(ITenantOperation<T> operation, CancellationToken ct);

    Task<Result<Guid>> TakeFileAsync(string fileName, Stream content, CancellationToken ct);

    Task<ImportView?> FindImportAsync(Guid importId, CancellationToken ct);

    Task<IReadOnlyList<ImportView>> ListImportsAsync(CancellationToken ct);

    /// <summary>Rows with something wrong, the first of them.</summary>
    Task<IReadOnlyList<ImportLine>> ErrorsAsync(Guid importId, CancellationToken ct);

    /// <summary>Hints that contacts changed, at most a few a second, until disposed.</summary>
    Task<IDisposable> SubscribeAsync(Func<Task> onChange, CancellationToken ct);
}

/// <param name="SeesAll">Whether no channel is hidden from them: they import, export and erase.</param>
/// <param name="Region">Where numbers without a country most likely are.</param>
public sealed record ContactWords(
    IReadOnlyList<TagRow> Tags,
    IReadOnlyList<InboxChannel> Channels,
    IReadOnlyList<FieldRow> Fields,
    IReadOnlyList<SegmentRow> Segments,
    Guid MeId,
    bool MayWrite,
    bool SeesAll,
    bool MayShare,
    string? Region
)
{
    public static ContactWords None { get; } =
        new([], [], [], [], Guid.Empty, MayWrite: false, SeesAll: false, MayShare: false, null);

    public bool MayImport => MayWrite && SeesAll;
}
