using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Jobs.Contacts;

/// <summary>
/// Takes a file of contacts: onto this machine's disk first, read through for what would refuse it, then its rows into the
/// tenant's own tables. The file itself is not kept.
/// </summary>
public sealed class ContactFiles(TenantUnits units)
{
    private const int AtOnce = 2000;
    private const long MostBytes = ImportErrors.MaxMegabytes * 1024L * 1024;

    /// <returns>The import, whose columns are to be mapped next.</returns>
    public async Task<Result<Guid>> TakeAsync(
        TenantRef tenant,
        Actor actor,
        string fileName,
        Stream content,
        CancellationToken ct
    )
    {
        var path = Path.Combine(Path.GetTempPath(), $"flame-{Guid.NewGuid():N}.csv");
        try
        {
            if (!await CopyAsync(content, path, ct))
            {
                return ImportErrors.TooLarge;
            }
            var file = new ContactFile(path);
            var columns = await file.CheckAsync(ct);
            if (!columns.IsOk)
            {
                return columns.Error;
            }
            var begun = await units.RunAsync(
                tenant,
                actor,
                new BeginImport(fileName, columns.Value),
                ct
            );
            if (!begun.IsOk)
            {
                return begun.Error;
            }
            return await StageAsync(tenant, actor, begun.Value, file, ct);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task<Result<Guid>> StageAsync(
        TenantRef tenant,
        Actor actor,
        Guid import,
        ContactFile file,
        CancellationToken ct
    )
    {
        var batch = new List<StagedRow>(AtOnce);
        await foreach (var row in file.ReadAsync(ct))
        {
            batch.Add(row.Value);
            if (batch.Count == AtOnce)
            {
                var staged = await units.RunAsync(tenant, actor, new StageRows(import, batch), ct);
                if (!staged.IsOk)
                {
                    return staged.Error;
                }
                batch.Clear();
            }
        }
        var last = await units.RunAsync(tenant, actor, new StageRows(import, batch), ct);
        if (!last.IsOk)
        {
            return last.Error;
        }
        var read = await units.RunAsync(tenant, actor, new EndReading(import), ct);
        return read.IsOk ? import : read.Error;
    }

    private static async Task<bool> CopyAsync(Stream content, string path, CancellationToken ct)
    {
        var buffer = new byte[81920];
        long size = 0;
        await using var file = File.Create(path);
        int read;
        while ((read = await content.ReadAsync(buffer, ct)) > 0)
        {
            size += read;
            if (size > MostBytes)
            {
                return false;
            }
            await file.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        return true;
    }
}
