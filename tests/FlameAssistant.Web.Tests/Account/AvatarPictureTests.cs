using FlameAssistant.Web.Features.Account;
using SkiaSharp;

namespace FlameAssistant.Web.Tests.Account;

public sealed class AvatarPictureTests
{
    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Read_should_draw_a_small_square(SKEncodedImageFormat format)
    {
        var (image, problem) = AvatarPicture.Read(Picture(900, 300, format));

        problem.ShouldBeNull();
        using var drawn = SKBitmap.Decode(image);
        (drawn.Width, drawn.Height).ShouldBe((256, 256));
        // The middle of it, filled to the edges.
        drawn.GetPixel(2, 2).Alpha.ShouldBe((byte)255);
        using var data = SKData.CreateCopy(image);
        using var codec = SKCodec.Create(data);
        codec.EncodedFormat.ShouldBe(SKEncodedImageFormat.Webp);
    }

    [Fact]
    public void Read_should_refuse_what_is_no_picture()
    {
        foreach (
            var file in (byte[][])
                [
                    [],
                    "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"u8.ToArray(),
                    "GIF89a\u0001\0\u0001\0\0\0\0;"u8.ToArray(),
                    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3],
                ]
        )
        {
            AvatarPicture.Read(file).Problem.ShouldBe(PictureProblem.NotAPicture);
        }
    }

    [Fact]
    public void Read_should_refuse_what_is_too_big_in_bytes_or_unfolded()
    {
        AvatarPicture
            .Read(new byte[AvatarPicture.MaxBytes + 1])
            .Problem.ShouldBe(PictureProblem.TooBig);
        var bomb = Picture(5_000, 5_000, SKEncodedImageFormat.Png);
        bomb.Length.ShouldBeLessThan(AvatarPicture.MaxBytes);
        AvatarPicture.Read(bomb).Problem.ShouldBe(PictureProblem.TooBig);
    }

    private static byte[] Picture(int width, int height, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(SKColors.OrangeRed);
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }
}
