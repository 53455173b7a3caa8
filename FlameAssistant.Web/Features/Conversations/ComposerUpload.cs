using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>A file beside the text: on its way, there, or refused.</summary>
public sealed class ComposerUpload(string name, long size) : IDisposable
{
    public string Name { get; } = name;

    public long Size { get; } = size;

    public int Percent { get; set; }

    public UploadRow? Row { get; set; }

    public Error? Problem { get; set; }

    public CancellationTokenSource Gone { get; } = new();

    public void Dispose() => Gone.Dispose();
}

/// <summary>Tells how far a stream was read, a few times a second at most.</summary>
internal sealed class WatchedStream(Stream inner, Action<long> onRead) : Stream
{
    private const long Step = 256 * 1024;
    private long read;
    private long told;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => inner.Length;

    public override long Position
    {
        get => read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        read += count;
        if (read - told >= Step || count == 0)
        {
            told = read;
            onRead(read);
        }
        return count;
    }

    public override Task<int> ReadAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();
}
