using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>Files in a folder. One is there whole or not at all: it is written beside its place and then moved.</summary>
public sealed class DiskFileStore(IOptions<FileOptions> options) : IFileStore
{
    public async Task PutAsync(
        Guid tenantId,
        string contentHash,
        Stream content,
        CancellationToken ct
    )
    {
        var place = PlaceOf(tenantId, contentHash);
        if (File.Exists(place))
        {
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        var draft = $"{place}.{Guid.NewGuid():N}.new";
        try
        {
            await using (
                var file = new FileStream(
                    draft,
                    new FileStreamOptions
                    {
                        Mode = FileMode.CreateNew,
                        Access = FileAccess.Write,
                        Options = System.IO.FileOptions.Asynchronous,
                    }
                )
            )
            {
                await content.CopyToAsync(file, ct);
                file.Flush(flushToDisk: true);
            }
            File.Move(draft, place, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    public Task<Stream?> OpenAsync(Guid tenantId, string contentHash, CancellationToken ct)
    {
        try
        {
            return Task.FromResult<Stream?>(
                new FileStream(
                    PlaceOf(tenantId, contentHash),
                    new FileStreamOptions
                    {
                        Mode = FileMode.Open,
                        Access = FileAccess.Read,
                        Share = FileShare.Read | FileShare.Delete,
                        Options = System.IO.FileOptions.Asynchronous,
                    }
                )
            );
        }
        catch (Exception ex) when (ex is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task DeleteAsync(Guid tenantId, string contentHash, CancellationToken ct)
    {
        var place = PlaceOf(tenantId, contentHash);
        if (File.Exists(place))
        {
            File.Delete(place);
        }
        return Task.CompletedTask;
    }

    public Task DeleteTenantAsync(Guid tenantId, CancellationToken ct)
    {
        try
        {
            Directory.Delete(FolderOf(tenantId), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It had none, or they are gone already.
        }
        return Task.CompletedTask;
    }

    public async Task CheckAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(options.Value.Path);
        var probe = Path.Combine(options.Value.Path, $"{Guid.NewGuid():N}.probe");
        try
        {
            await File.WriteAllTextAsync(probe, "", ct);
        }
        finally
        {
            File.Delete(probe);
        }
    }

    /// <summary>Two levels, so that no folder holds too many.</summary>
    private string PlaceOf(Guid tenantId, string contentHash) =>
        Path.Combine(FolderOf(tenantId), ContentHash.Checked(contentHash)[..2], contentHash);

    private string FolderOf(Guid tenantId) =>
        Path.Combine(Path.GetFullPath(options.Value.Path), tenantId.ToString("N"));
}
