using System.Net.Mime;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels.WebChat;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Web.Features.Conversations;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace FlameAssistant.Web.Widget;

/// <summary>Files of a visitor's conversation, both ways, and the pictures of colleagues who answered in it.</summary>
internal static class VisitorFiles
{
    // A channel takes 100 MB at most; the rest is the form around it.
    private const long MostBody = 101L * 1024 * 1024;

    public static async Task<IResult> TakeAsync(
        HttpContext context,
        VisitorDoor door,
        WidgetLimits limits,
        VisitorUploads uploads
    )
    {
        var (visit, refusal) = await door.EnterAsync(context, limits.File);
        if (visit is null)
        {
            return refusal!;
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = MostBody;
        }
        try
        {
            if (await FileEndpoints.FindAsync(context, context.RequestAborted) is not { } part)
            {
                return WidgetAnswers.Problem(NoFile);
            }
            var staged = await uploads.StageAsync(
                visit.Channel,
                visit.Visitor.VisitorId,
                part.Name,
                part.Content,
                context.RequestAborted
            );
            return staged.IsOk
                ? WidgetJson.Ok(Describe(staged.Value.Id, staged.Value.File))
                : WidgetAnswers.Problem(staged.Error);
        }
        catch (BadHttpRequestException ex)
            when (ex.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return WidgetAnswers.Problem(FileErrors.TooLarge(visit.Channel.MaxUploadBytes));
        }
        catch (Exception ex)
            when (ex is IOException or InvalidDataException or BadHttpRequestException)
        {
            return WidgetAnswers.Problem(NoFile);
        }
    }

    public static async Task<IResult> ServeAsync(
        HttpContext context,
        VisitorDoor door,
        WidgetLimits limits,
        TenantUnits units,
        UserAvatars avatars,
        IFileStore store,
        Guid id,
        string? thumb
    )
    {
        var (visit, refusal) = await door.EnterAsync(context, limits.Call);
        if (visit is null)
        {
            return refusal!;
        }
        var ct = context.RequestAborted;
        var (channelId, visitorId) = (visit.Channel.Id, visit.Visitor.VisitorId);
        var (file, avatar) = await units.ReadAsync(
            visit.Tenant,
            Actor.System,
            async (unit, token) =>
                await unit.VisitorFileAsync(channelId, visitorId, id, token) is { } found
                    ? (found, null)
                    : (
                        (ServedFile?)null,
                        await unit.VisitorSeesAvatarAsync(channelId, visitorId, id, token)
                    ),
            ct
        );
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "private, max-age=3600";
        if (file is null)
        {
            return await PictureAsync(avatars, id, avatar, ct) is { } picture
                ? TypedResults.Bytes(picture, "image/webp")
                : TypedResults.NotFound();
        }
        var isSmall = !string.IsNullOrEmpty(thumb);
        if ((isSmall ? file.ThumbnailHash : file.ContentHash) is not { } hash)
        {
            return TypedResults.NotFound();
        }
        Stream? content;
        try
        {
            content = await store.OpenAsync(visit.Tenant.Id, hash, ct);
        }
        catch (IOException)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
        if (content is null)
        {
            return TypedResults.NotFound();
        }
        var type = isSmall ? MediaTypeNames.Image.Jpeg : file.ContentType;
        var name = new ContentDispositionHeaderValue("attachment");
        name.SetHttpFileName(file.FileName);
        headers.ContentDisposition = name.ToString();
        return TypedResults.Stream(
            content,
            FileEndpoints.IsShown(type) ? type : MediaTypeNames.Application.Octet,
            entityTag: new EntityTagHeaderValue($"\"{hash}\""),
            enableRangeProcessing: true
        );
    }

    private static async Task<byte[]?> PictureAsync(
        UserAvatars avatars,
        Guid personId,
        string? address,
        CancellationToken ct
    ) =>
        address?.Split('/')[^1] is { } last && Guid.TryParse(last, out var version)
            ? await avatars.FindAsync(personId, version, personId, ct)
            : null;

    private static FileJson Describe(Guid id, StoredFile file) =>
        new(
            id,
            file.FileName,
            file.Kind,
            file.ContentType,
            file.SizeBytes,
            file.Width,
            file.Height,
            file.ThumbnailHash is not null
        );

    private static Error NoFile { get; } =
        Error.Invalid("file.none", "No file arrived whole. Add it again.", "file");
}
