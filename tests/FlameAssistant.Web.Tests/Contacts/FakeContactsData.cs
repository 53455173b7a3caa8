using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Features.Contacts;

namespace FlameAssistant.Web.Tests.Contacts;

/// <summary>A world in memory, which keeps what was asked of it.</summary>
internal sealed class FakeContactsData : IContactsData
{
    private Func<Task>? onChange;

    public ContactWords Words { get; set; } =
        ContactWords.None with
        {
            MayWrite = true,
            SeesAll = true,
            MayShare = true,
        };

    public List<ContactRow> Rows { get; } = [];

    public List<ContactFilter> Asked { get; } = [];

    public List<object> Done { get; } = [];

    public ContactProfile? Profile { get; set; }

    public MergePreview? Preview { get; set; }

    public ImportView? Import { get; set; }

    public List<ImportLine> Wrong { get; } = [];

    public Error? Answer { get; set; }

    public bool IsCut { get; set; }

    public Task TellAsync() => onChange?.Invoke() ?? Task.CompletedTask;

    public Task<ContactWords> WordsAsync(CancellationToken ct) => Task.FromResult(Words);

    public Task<ContactRows> ListAsync(
        ContactFilter filter,
        ContactCursor? after,
        CancellationToken ct
    )
    {
        Asked.Add(filter);
        return Task.FromResult(new ContactRows([.. Rows], Next: null, IsCut));
    }

    public Task<ContactProfile?> FindAsync(Guid contactId, CancellationToken ct) =>
        Task.FromResult(Profile);

    public Task<IReadOnlyList<ContactRow>> LookUpAsync(string text, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<ContactRow>>(Rows);

    public Task<MergePreview?> PreviewMergeAsync(Guid keepId, Guid otherId, CancellationToken ct) =>
        Task.FromResult(Preview);

    public Task<Result<T>> RunAsync<T>(ITenantOperation<T> operation, CancellationToken ct)
    {
        Done.Add(operation);
        return Task.FromResult<Result<T>>(Answer is { } error ? error : default(T)!);
    }

    public Task<Result<Guid>> TakeFileAsync(
        string fileName,
        Stream content,
        CancellationToken ct
    ) => Task.FromResult<Result<Guid>>(Answer is { } error ? error : Guid.NewGuid());

    public Task<ImportView?> FindImportAsync(Guid importId, CancellationToken ct) =>
        Task.FromResult(Import);

    public Task<IReadOnlyList<ImportView>> ListImportsAsync(CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<ImportView>>([]);

    public Task<IReadOnlyList<ImportLine>> ErrorsAsync(Guid importId, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<ImportLine>>(Wrong);

    public Task<IDisposable> SubscribeAsync(Func<Task> onChange, CancellationToken ct)
    {
        this.onChange = onChange;
        return Task.FromResult<IDisposable>(new Nothing());
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
            // Nobody is told any more when the page is gone.
        }
    }
}
