using System.Net.Mime;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>A file of the acting member's draft, as the composer shows it.</summary>
/// <param name="Thumb">The address of the small copy; null when it is no picture.</param>
public sealed record UploadedFile(Guid Id, string Name, string Kind, long Size, string? Thumb);

/// <summary>
/// Files of conversations: served to who sees the conversation, taken into the draft of who may answer there. What cannot be
/// seen is not there. Only pictures, sound and film are shown in place; all else is saved, never opened on this site.
/// </summary>
internal static class FileEndpoints
{
    // A channel takes 100 MB at most; the rest is the form around it.
    private const long MostBody = 101L * 1024 * 1024;

    private static readonly HashSet<string> shown = new(StringComparer.Ordinal)
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "audio/mp4",
        "audio/ogg",
        "audio/mpeg",
        "audio/aac",
        "audio/amr",
        "audio/wav",
        "video/mp4",
        "video/3gpp",
        "video/webm",
    };

    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        routes
            .MapMethods(
                "/t/{slug}/files/{id:guid}",
                [HttpMethods.Get, HttpMethods.Head],
                ServeAsync
            )
            .RequireAuthorization()
            .ExcludeFromDescription();
        routes
            .MapPost("/t/{slug}/files", TakeAsync)
            .RequireAuthorization()
            .ExcludeFromDescription();
    }

    private static async Task<IResult> ServeAsync(
        HttpContext context,
        TenantUnits units,
        IFileStore store,
        Guid id,
        string? thumb
    )
    {
        var ct = context.RequestAborted;
        if (context.Features.Get<TenantVisit>() is not { } visit)
        {
            return TypedResults.NotFound();
        }
        var file = await units.ReadAsync(
            visit.Tenant,
            visit.Actor,
            (unit, token) => unit.FindFileAsync(id, token),
            ct
        );
        var isSmall = !string.IsNullOrEmpty(thumb);
        var hash = isSmall ? file?.ThumbnailHash : file?.ContentHash;
        if (file is null || hash is null)
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
        var isShown = shown.Contains(type);
        var name = new ContentDispositionHeaderValue(isShown ? "inline" : "attachment");
        name.SetHttpFileName(isSmall ? Path.ChangeExtension(file.FileName, ".jpg") : file.FileName);
        var headers = context.Response.Headers;
        headers.ContentDisposition = name.ToString();
        headers.CacheControl = "private, max-age=3600";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return TypedResults.Stream(
            content,
            isShown ? type : MediaTypeNames.Application.Octet,
            entityTag: new EntityTagHeaderValue($"\"{hash}\""),
            enableRangeProcessing: true
        );
    }

    /// <summary>
    /// One file as multipart/form-data. The antiforgery token comes in the header, so that the file is read as it comes in
    /// and not put aside first.
    /// </summary>
    private static async Task<IResult> TakeAsync(
        HttpContext context,
        IAntiforgery antiforgery,
        IOptions<AntiforgeryOptions> forms,
        FileUploads uploads,
        TenantUnits units,
        IStringLocalizer<FilesText> texts,
        Guid conversation
    )
    {
        var ct = context.RequestAborted;
        if (context.Features.Get<TenantVisit>() is not { } visit)
        {
            return TypedResults.NotFound();
        }
        if (
            forms.Value.HeaderName is not { } token
            || !context.Request.Headers.ContainsKey(token)
            || !await antiforgery.IsRequestValidAsync(context)
        )
        {
            return Problem(texts, Unproven);
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = MostBody;
        }
        try
        {
            if (await FindAsync(context, ct) is not { } part)
            {
                return Problem(texts, NoFile);
            }
            var staged = await uploads.StageAsync(
                visit.Tenant,
                visit.Actor,
                conversation,
                part.Name,
                part.Content,
                ct
            );
            return staged.IsOk
                ? await DescribeAsync(visit, units, conversation, staged.Value, ct)
                : Problem(texts, staged.Error);
        }
        catch (BadHttpRequestException ex)
            when (ex.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Problem(texts, FileErrors.TooLarge(MostBody));
        }
        catch (Exception ex)
            when (ex is IOException or InvalidDataException or BadHttpRequestException)
        {
            return Problem(texts, NoFile);
        }
    }

    /// <summary>Whether a browser may show a content of this type in place.</summary>
    internal static bool IsShown(string contentType) => shown.Contains(contentType);

    /// <summary>The first file of a multipart body, read as it comes in.</summary>
    internal static async Task<(string Name, Stream Content)?> FindAsync(
        HttpContext context,
        CancellationToken ct
    )
    {
        if (
            !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value
                is not { Length: > 0 and <= 100 } edge
        )
        {
            return null;
        }
        var reader = new MultipartReader(edge, context.Request.Body);
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            if (
                section.GetContentDispositionHeader() is { } disposition
                && disposition.IsFileDisposition()
            )
            {
                var name = disposition.FileNameStar.HasValue
                    ? disposition.FileNameStar
                    : disposition.FileName;
                return (HeaderUtilities.RemoveQuotes(name).Value ?? "", section.Body);
            }
        }
        return null;
    }

    private static async Task<IResult> DescribeAsync(
        TenantVisit visit,
        TenantUnits units,
        Guid conversation,
        Guid id,
        CancellationToken ct
    )
    {
        var rows = await units.ReadAsync(
            visit.Tenant,
            visit.Actor,
            (unit, token) => unit.ListUploadsAsync(conversation, token),
            ct
        );
        var row = rows.Single(r => r.Id == id);
        return TypedResults.Json(
            new UploadedFile(
                row.Id,
                row.FileName,
                row.Kind,
                row.SizeBytes,
                row.HasThumbnail ? Urls.File(visit.Tenant.Slug, row.Id, thumb: true) : null
            ),
            statusCode: StatusCodes.Status201Created
        );
    }

    private static IResult Problem(IStringLocalizer<FilesText> texts, Error error) =>
        TypedResults.Problem(
            detail: texts.Of(error),
            statusCode: StatusOf(error),
            title: texts["NotTaken"],
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["code"] = error.Code,
            }
        );

    private static int StatusOf(Error error) =>
        error.Code switch
        {
            "file.too_large" => StatusCodes.Status413PayloadTooLarge,
            "file.type" or "file.lying" or "file.broken" =>
                StatusCodes.Status415UnsupportedMediaType,
            _ => error.Kind switch
            {
                ErrorKind.NotFound => StatusCodes.Status404NotFound,
                ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
                ErrorKind.Conflict => StatusCodes.Status409Conflict,
                ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status400BadRequest,
            },
        };

    private static Error NoFile { get; } =
        Error.Invalid("file.none", "No file arrived whole. Add it again.", "file");

    private static Error Unproven { get; } =
        Error.Invalid("file.unproven", "This page is too old. Load it again, then add the file.");
}

/// <summary>Marks the texts of files.</summary>
public sealed class FilesText;
