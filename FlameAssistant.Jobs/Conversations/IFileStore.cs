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

    /// <summary>What is not there is gone already.</summary>
    Task DeleteAsync(Guid tenantId, string contentHash, CancellationToken ct);

    /// <summary>Everything of a tenant. May be called again, also for one that never had a file.</summary>
    Task DeleteTenantAsync(Guid tenantId, CancellationToken ct);

    /// <summary>Throws when files could neither be kept nor found just now.</summary>
    Task CheckAsync(CancellationToken ct);
}

internal static class ContentHash
{
    private const int Length = 64;

    /// <summary>A name of a file is nothing but this, whoever asks.</summary>
    public static string Checked(string contentHash) =>
        contentHash.Length == Length && contentHash.All(char.IsAsciiHexDigitLower)
            ? contentHash
            : throw new ArgumentException("This is no hash of a content.", nameof(contentHash));
}
