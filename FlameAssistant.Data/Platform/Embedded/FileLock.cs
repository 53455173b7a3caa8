namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>A lock on a file that the system releases when the process ends, however it ends.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    internal static FileLock? TryTake(string path) =>
        TryOpen(path, FileAccess.ReadWrite, FileShare.None);

    internal static FileLock? TryShare(string path) =>
        TryOpen(path, FileAccess.Read, FileShare.Read);

    private static FileLock? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, access, share));
        }
        catch (IOException e) when (e.HResult is WouldBlockOnLinux or WouldBlockOnMac)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;
}
