using System.Net;

namespace FlameAssistant.Jobs.Conversations.S3;

/// <summary>
/// An object as a stream: it comes as it is read, from where it is wanted, and goes on where it was when a connection
/// breaks in the middle.
/// </summary>
internal sealed class S3Stream(S3Client s3, string key, HttpResponseMessage first) : Stream
{
    private const int MostBreaks = 3;
    private readonly long length =
        first.Content.Headers.ContentLength
        ?? throw new IOException("The file store does not say how long a file is.");
    private HttpResponseMessage? answer = first;
    private Stream? body;
    private long position;
    private long bodyAt;
    private int breaks;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (position >= length || buffer.Length == 0)
        {
            return 0;
        }
        while (true)
        {
            try
            {
                var read = await (await BodyAsync(cancellationToken)).ReadAsync(
                    buffer,
                    cancellationToken
                );
                if (read == 0)
                {
                    throw new IOException("The file store ended a file too early.");
                }
                position += read;
                bodyAt = position;
                return read;
            }
            catch (Exception ex)
                when (ex is IOException or HttpRequestException && breaks < MostBreaks)
            {
                breaks++;
                Let();
            }
        }
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => position + offset,
            _ => length + offset,
        };

    public override Task<int> ReadAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Files of the store are read asynchronously.");

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Let();
        base.Dispose(disposing);
    }

    private async Task<Stream> BodyAsync(CancellationToken ct)
    {
        if (bodyAt != position)
        {
            Let();
        }
        if (answer is null)
        {
            answer =
                await s3.GetAsync(key, position, ct)
                ?? throw new IOException("The file is not in the store any more.");
            bodyAt = position;
            if (position > 0 && answer.StatusCode != HttpStatusCode.PartialContent)
            {
                Let();
                throw new NotSupportedException("The file store does not give parts of a file.");
            }
        }
        return body ??= await answer.Content.ReadAsStreamAsync(ct);
    }

    private void Let()
    {
        body?.Dispose();
        answer?.Dispose();
        (body, answer) = (null, null);
    }
}
