namespace FlameAssistant.Jobs.Conversations;

/// <summary>
/// Where files lie: by tenant, named by the SHA-256 of their content, so that the same file is there once and a name can
/// neither lie nor leave its folder.
/// </summary>
public interface IFileStore
{
    /// <summary>Takes over a file; one that is there already stays. May be called again after a crash.</summary>
    Task PutAsync(Guid tenantId, string contentHash, Stream content, CancellationToken ct);

    /// <returns>Null when there is none; seekable, so that parts can be asked for.</returns>
    Task<Stream?> OpenAsync(Guid tenantId, string contentHash, CancellationToken ct);

    Task DeleteAsync(Guid tenantId, string contentHash, CancellationToken ct);
}
