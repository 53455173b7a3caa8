namespace FlameAssistant.Jobs.Conversations.S3;

/// <summary>Files in a bucket. An object is there whole or not at all, and is what its name says: the service checks the hash.</summary>
public sealed class S3FileStore(S3Client s3) : IFileStore
{
    private const int AtOnce = 8;

    public async Task PutAsync(
        Guid tenantId,
        string contentHash,
        Stream content,
        CancellationToken ct
    )
    {
        var key = KeyOf(tenantId, contentHash);
        if (!await s3.HasAsync(key, ct))
        {
            await s3.PutAsync(key, contentHash, content, ct);
        }
    }

    public async Task<Stream?> OpenAsync(Guid tenantId, string contentHash, CancellationToken ct)
    {
        var key = KeyOf(tenantId, contentHash);
        return await s3.GetAsync(key, from: 0, ct) is { } answer
            ? new S3Stream(s3, key, answer)
            : null;
    }

    public Task DeleteAsync(Guid tenantId, string contentHash, CancellationToken ct) =>
        s3.DeleteAsync(KeyOf(tenantId, contentHash), ct);

    public async Task DeleteTenantAsync(Guid tenantId, CancellationToken ct)
    {
        while (await s3.ListAsync($"{tenantId:N}/", ct) is { Count: > 0 } keys)
        {
            await Parallel.ForEachAsync(
                keys,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
                async (key, token) => await s3.DeleteAsync(key, token)
            );
        }
    }

    public Task CheckAsync(CancellationToken ct) => s3.ListAsync("health/", ct);

    private static string KeyOf(Guid tenantId, string contentHash) =>
        $"{tenantId:N}/{ContentHash.Checked(contentHash)[..2]}/{contentHash}";
}
