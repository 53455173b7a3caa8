using FlameAssistant.Data.Conversations;
using Microsoft.AspNetCore.Components.Forms;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>The files beside the text: taken up one after the other, kept with the draft, given back when sending failed.</summary>
internal sealed class ComposerUploads(IInboxData data, Guid conversationId, Func<Task> onChange)
    : IAsyncDisposable
{
    // The channel's own limit says no in words; this one only ends what no channel takes.
    private const long MaxBytes = 200L * 1024 * 1024;
    private const int MostAtOnce = 10;

    private readonly List<ComposerUpload> all = [];
    private readonly SemaphoreSlim oneAtATime = new(1, 1);

    public IReadOnlyList<ComposerUpload> All => all;

    public IReadOnlyList<UploadRow> Ready => [.. all.Select(u => u.Row).OfType<UploadRow>()];

    public bool IsBusy => all.Exists(u => u.Row is null && u.Problem is null);

    public async Task LoadAsync() =>
        all.AddRange(Of(await data.UploadsAsync(conversationId, CancellationToken.None)));

    public async Task AddAsync(IReadOnlyList<IBrowserFile> files)
    {
        var added = files
            .Take(MostAtOnce)
            .Select(file => (File: file, Upload: new ComposerUpload(file.Name, file.Size)))
            .ToList();
        all.AddRange(added.Select(a => a.Upload));
        await onChange();
        foreach (var (file, upload) in added)
        {
            await oneAtATime.WaitAsync(CancellationToken.None);
            try
            {
                await TakeAsync(file, upload);
            }
            finally
            {
                oneAtATime.Release();
            }
        }
    }

    public async Task RemoveAsync(ComposerUpload upload)
    {
        all.Remove(upload);
        await upload.Gone.CancelAsync();
        if (upload.Row is { } row)
        {
            await Attempt.RunAsync(() =>
                data.RunAsync(new DiscardUpload(row.Id), CancellationToken.None)
            );
        }
    }

    /// <summary>What is there goes with the message; what was refused stays, with its reason.</summary>
    public void Leave() => all.RemoveAll(upload => upload.Row is not null);

    public void GiveBack(IEnumerable<UploadRow> files) => all.InsertRange(0, Of(files));

    /// <summary>Nobody is here any more to wait for what is on its way.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var upload in all)
        {
            await upload.Gone.CancelAsync();
        }
    }

    private static IEnumerable<ComposerUpload> Of(IEnumerable<UploadRow> rows) =>
        rows.Select(row => new ComposerUpload(row.FileName, row.SizeBytes) { Row = row });

    private async Task TakeAsync(IBrowserFile file, ComposerUpload upload)
    {
        if (upload.Gone.IsCancellationRequested)
        {
            return;
        }
        var answer = await Attempt.RunAsync(async () =>
        {
            await using var bytes = file.OpenReadStream(MaxBytes, upload.Gone.Token);
            await using var watched = new WatchedStream(
                bytes,
                read =>
                {
                    upload.Percent = (int)(read * 100 / Math.Max(1, upload.Size));
                    _ = onChange();
                }
            );
            return await data.StageAsync(conversationId, file.Name, watched, upload.Gone.Token);
        });
        if (answer.IsOk && upload.Gone.IsCancellationRequested)
        {
            await data.RunAsync(new DiscardUpload(answer.Value), CancellationToken.None);
            return;
        }
        if (!answer.IsOk)
        {
            upload.Problem = answer.Error;
        }
        else
        {
            var rows = await data.UploadsAsync(conversationId, CancellationToken.None);
            upload.Row = rows.FirstOrDefault(row => row.Id == answer.Value);
            upload.Problem = upload.Row is null ? FileErrors.UploadGone : null;
        }
        await onChange();
    }
}
