using FlameAssistant.Data.Members;
using SkiaSharp;

namespace FlameAssistant.Web.Features.Account;

public enum PictureProblem
{
    TooBig,
    NotAPicture,
}

/// <summary>
/// A file that somebody chose becomes a small square, drawn anew: what it says it is does not count, and nothing of it
/// (place, camera, hidden parts) is kept but what is seen.
/// </summary>
internal static class AvatarPicture
{
    public const int MaxBytes = 2 * 1024 * 1024;
    private const int Side = 256;

    // A file of some bytes may unfold to gigabytes.
    private const long MaxPixels = 24_000_000;

    /// <returns>WebP, or what is wrong.</returns>
    public static (byte[]? Image, PictureProblem? Problem) Read(byte[] file)
    {
        if (file.Length > MaxBytes)
        {
            return (null, PictureProblem.TooBig);
        }
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (
            codec is null
            || codec.EncodedFormat
                is not (
                    SKEncodedImageFormat.Png
                    or SKEncodedImageFormat.Jpeg
                    or SKEncodedImageFormat.Webp
                )
        )
        {
            return (null, PictureProblem.NotAPicture);
        }
        if ((long)codec.Info.Width * codec.Info.Height > MaxPixels)
        {
            return (null, PictureProblem.TooBig);
        }
        using var picture = SKBitmap.Decode(codec);
        if (picture is null)
        {
            return (null, PictureProblem.NotAPicture);
        }
        var image = Draw(picture, codec.EncodedOrigin);
        return image.Length <= UserAvatar.MaxBytes ? (image, null) : (null, PictureProblem.TooBig);
    }

    private static byte[] Draw(SKBitmap picture, SKEncodedOrigin origin)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Side, Side));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.Transparent);
        // About the middle: turned as the camera was held, then filled to the edges.
        canvas.Translate(Side / 2f, Side / 2f);
        var (degrees, isMirrored) = TurnOf(origin);
        canvas.RotateDegrees(degrees);
        canvas.Scale(isMirrored ? -1 : 1, 1);
        var scale = (float)Side / Math.Min(picture.Width, picture.Height);
        canvas.Scale(scale);
        using var image = SKImage.FromBitmap(picture);
        canvas.DrawImage(
            image,
            -picture.Width / 2f,
            -picture.Height / 2f,
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
        );
        using var drawn = surface.Snapshot();
        using var encoded = drawn.Encode(SKEncodedImageFormat.Webp, 86);
        return encoded.ToArray();
    }

    private static (float Degrees, bool IsMirrored) TurnOf(SKEncodedOrigin origin) =>
        origin switch
        {
            SKEncodedOrigin.TopRight => (0, true),
            SKEncodedOrigin.BottomRight => (180, false),
            SKEncodedOrigin.BottomLeft => (180, true),
            SKEncodedOrigin.LeftTop => (270, true),
            SKEncodedOrigin.RightTop => (90, false),
            SKEncodedOrigin.RightBottom => (90, true),
            SKEncodedOrigin.LeftBottom => (270, false),
            _ => (0, false),
        };
}
