using FlameAssistant.Jobs.Conversations;
using Microsoft.Extensions.Options;
using FileOptions = FlameAssistant.Jobs.Conversations.FileOptions;

namespace FlameAssistant.Jobs.Tests.Conversations.Files;

public sealed class DiskFileStoreTests : FileStoreTests, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flame-store-").FullName;

    internal override IFileStore Store =>
        new DiskFileStore(Options.Create(new FileOptions { Path = folder }));

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
