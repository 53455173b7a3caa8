using System.Security.Cryptography;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>
/// Takes a file into a member's draft: limits first, then the bytes into a temporary file while they are counted and
/// hashed, then what they really are, then the store, then the draft.
/// </summary>
public sealed class FileUploads(TenantUnits units, IFileStore store, ILogger<FileUploads> logger)
{
    public async Task<Result<Guid>> StageAsync(
        TenantRef tenant,
        Actor actor,
        Guid conversationId,
        string fileName,
        Stream content,
        CancellationToken ct
    )
    {
        var limits = await units.RunAsync(tenant, actor, new BeginUpload(conversationId), ct);
        if (!limits.IsOk)
        {
            return limits.Error;
        }
        var kept = await KeepAsync(tenant, limits.Value, fileName, content, ct);
        return kept.IsOk
            ? await units.RunAsync(tenant, actor, new StageUpload(conversationId, kept.Value), ct)
            : kept.Error;
    }

    /// <summary>Puts a file into the store by its content.</summary>
    /// <param name="isOurs">Whether a member chose it: its name must fit then, and a picture be whole.</param>
    internal async Task<Result<StoredFile>> KeepAsync(
        TenantRef tenant,
        UploadLimits limits,
        string fileName,
        Stream content,
        CancellationToken ct,
        bool isOurs = true
    )
    {
        var path = Path.Combine(Path.GetTempPath(), $"flame-{Guid.NewGuid():N}.upload");
        try
        {
            var (size, hash, head) = await ReadAsync(path, content, limits.MaxBytes, ct);
            if (size > limits.MaxBytes)
            {
                return FileErrors.TooLarge(limits.MaxBytes);
            }
            if (size == 0)
            {
                return FileErrors.Empty;
            }
            var name = FileTypes.CleanName(fileName);
            if (FileTypes.Sniff(head, name) is not { } type)
            {
                return FileErrors.Forbidden;
            }
            if (isOurs && !FileTypes.Fits(type, name))
            {
                return FileErrors.Lying;
            }
            var thumbnail = type.Kind == "image" ? await Thumbnails.MakeAsync(path, ct) : null;
            if (isOurs && type.Kind == "image" && thumbnail is null)
            {
                return FileErrors.Broken;
            }
            var file = new StoredFile(
                type.Kind,
                name,
                type.ContentType,
                size,
                hash,
                thumbnail is null
                    ? null
                    : Convert.ToHexStringLower(SHA256.HashData(thumbnail.Jpeg)),
                thumbnail?.Jpeg.Length ?? 0,
                thumbnail?.Width,
                thumbnail?.Height
            );
            return await PutAsync(tenant, file, path, thumbnail, ct);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task<Result<StoredFile>> PutAsync(
        TenantRef tenant,
        StoredFile file,
        string path,
        Thumbnail? thumbnail,
        CancellationToken ct
    )
    {
        var reserved = await units.RunAsync(tenant, Actor.System, new ReserveFile(file), ct);
        if (!reserved.IsOk)
        {
            return reserved.Error;
        }
        try
        {
            await using (var bytes = File.OpenRead(path))
            {
                await store.PutAsync(tenant.Id, file.ContentHash, bytes, ct);
            }
            if (thumbnail is not null)
            {
                using var bytes = new MemoryStream(thumbnail.Jpeg, writable: false);
                await store.PutAsync(tenant.Id, file.ThumbnailHash!, bytes, ct);
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            FileUploadsLog.StoreAway(logger, ex);
            return FileErrors.StoreAway;
        }
        return file;
    }

    /// <summary>Stops a little after the limit: what is too large is not worth its bytes.</summary>
    private static async Task<(long Size, string Hash, byte[] Head)> ReadAsync(
        string path,
        Stream content,
        long most,
        CancellationToken ct
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[81920];
        var head = new MemoryStream(FileTypes.Needed);
        long size = 0;
        await using var file = File.Create(path);
        int read;
        while (size <= most && (read = await content.ReadAsync(buffer, ct)) > 0)
        {
            size += read;
            hash.AppendData(buffer, 0, read);
            head.Write(buffer, 0, (int)Math.Min(read, FileTypes.Needed - head.Length));
            await file.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        return (size, Convert.ToHexStringLower(hash.GetHashAndReset()), head.ToArray());
    }
}

internal static partial class FileUploadsLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "A file could not be kept: the store failed")]
    public static partial void StoreAway(ILogger logger, Exception exception);
}
