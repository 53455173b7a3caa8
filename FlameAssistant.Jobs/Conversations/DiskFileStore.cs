using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Conversations;

public sealed class FileOptions
{
    /// <summary><c>Flame__Files__Path</c>; nodes of one installation share it.</summary>
    public string Path { get; set; } = System.IO.Path.Combine(".flame", "files");
}

/// <summary>Files in a folder. One is there whole or not at all: it is written beside its place and then moved.</summary>
public sealed class DiskFileStore(IOptions<FileOptions> options) : IFileStore
{
    private const int HashLength = 64;

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

    /// <summary>Two levels, so that no folder holds too many.</summary>
    private string PlaceOf(Guid tenantId, string contentHash) =>
        contentHash.Length == HashLength && contentHash.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(
                Path.GetFullPath(options.Value.Path),
                tenantId.ToString("N"),
                contentHash[..2],
                contentHash
            )
            : throw new ArgumentException("This is no hash of a content.", nameof(contentHash));
}
