using System.Globalization;
using System.Security.Cryptography;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>A file that the business uploaded or a customer sent, as Meta keeps it.</summary>
public sealed record SimulatedFile(
    string Id,
    string Channel,
    string ContentType,
    string? FileName,
    byte[] Content
)
{
    /// <summary>As Meta writes it: base64 and not hex.</summary>
    public string Sha256 => Convert.ToBase64String(SHA256.HashData(Content));

    /// <summary>The kind of message that carries it.</summary>
    public string Kind =>
        ContentType.Split('/')[0] switch
        {
            "image" when ContentType is "image/jpeg" or "image/png" => "image",
            "audio" => "audio",
            "video" => "video",
            _ => "document",
        };

    // The compiler's own would print the bytes.
    public override string ToString() => $"{Id} {ContentType} {Content.Length}";
}

/// <summary>Files of all numbers, in memory; the oldest make room for new ones.</summary>
public sealed class MediaShelf
{
    private const long Most = 256L * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];
    private long _size;
    private long _next = 4490709327384033;

    public SimulatedFile? Find(string id)
    {
        lock (_gate)
        {
            return _files.GetValueOrDefault(id);
        }
    }

    internal SimulatedFile Keep(
        string channel,
        string contentType,
        string? fileName,
        byte[] content
    )
    {
        lock (_gate)
        {
            var id = _next++.ToString(CultureInfo.InvariantCulture);
            var file = new SimulatedFile(id, channel, contentType, fileName, content);
            _files[id] = file;
            _order.Enqueue(id);
            for (_size += content.Length; _size > Most && _order.Count > 1; )
            {
                _files.Remove(_order.Dequeue(), out var oldest);
                _size -= oldest!.Content.Length;
            }
            return file;
        }
    }

    internal void Clear()
    {
        lock (_gate)
        {
            _files.Clear();
            _order.Clear();
            _size = 0;
        }
    }
}
