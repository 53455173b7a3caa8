using SkiaSharp;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>A small picture of a picture.</summary>
public sealed record Thumbnail(byte[] Jpeg, int Width, int Height);

/// <summary>
/// Makes thumbnails without trusting the file: the header is read first, and what would unpack to too many pixels is never
/// unpacked. One at a time, so that many uploads do not take the memory together.
/// </summary>
public static class Thumbnails
{
    private const int Edge = 480;
    private const long MostPixels = 40_000_000;
    private const int Quality = 80;

    private static readonly SemaphoreSlim one = new(1);

    /// <returns>Null when it cannot be read, or has too many pixels.</returns>
    public static async Task<Thumbnail?> MakeAsync(string path, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            return Make(path);
        }
        finally
        {
            one.Release();
        }
    }

    private static Thumbnail? Make(string path)
    {
        using var codec = SKCodec.Create(path);
        if (
            codec is null
            || codec.Info.Width <= 0
            || codec.Info.Height <= 0
            || (long)codec.Info.Width * codec.Info.Height > MostPixels
        )
        {
            return null;
        }
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        using var full = SKBitmap.Decode(codec);
        if (full is null)
        {
            return null;
        }
        using var upright = Upright(full, codec.EncodedOrigin);
        var scale = Math.Min(1f, Edge / (float)Math.Max(upright.Width, upright.Height));
        using var small = upright.Resize(
            new SKImageInfo(
                Math.Max(1, (int)(upright.Width * scale)),
                Math.Max(1, (int)(upright.Height * scale))
            ),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
        );
        if (small is null)
        {
            return null;
        }
        // JPEG knows no transparency: on white, as a page would show it.
        using var surface = SKSurface.Create(
            new SKImageInfo(small.Width, small.Height, SKColorType.Rgba8888, SKAlphaType.Opaque)
        );
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.DrawBitmap(small, 0, 0);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Jpeg, Quality);
        var isTurned = upright.Width == height && upright.Height == width;
        return new Thumbnail(data.ToArray(), isTurned ? height : width, isTurned ? width : height);
    }

    /// <summary>Cameras turn pictures by a note beside them; the copy is without it.</summary>
    private static SKBitmap Upright(SKBitmap picture, SKEncodedOrigin origin)
    {
        var degrees = origin switch
        {
            SKEncodedOrigin.BottomRight => 180,
            SKEncodedOrigin.RightTop => 90,
            SKEncodedOrigin.LeftBottom => 270,
            _ => 0,
        };
        var isTurned = degrees is 90 or 270;
        var upright = new SKBitmap(
            isTurned ? picture.Height : picture.Width,
            isTurned ? picture.Width : picture.Height
        );
        using var canvas = new SKCanvas(upright);
        canvas.Clear(SKColors.Transparent);
        canvas.Translate(upright.Width / 2f, upright.Height / 2f);
        canvas.RotateDegrees(degrees);
        canvas.Translate(-picture.Width / 2f, -picture.Height / 2f);
        canvas.DrawBitmap(picture, 0, 0);
        return upright;
    }
}
