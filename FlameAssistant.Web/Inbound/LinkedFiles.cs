using FlameAssistant.Jobs.Conversations;
using Microsoft.Net.Http.Headers;

namespace FlameAssistant.Web.Inbound;

/// <summary>
/// Where providers fetch what is sent to a customer, by a sealed link that is good for an hour. Wrong, changed and old links
/// are not there.
/// </summary>
internal static class LinkedFiles
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods(
                $"{MediaLinks.Path}/{{token}}/{{name}}",
                [HttpMethods.Get, HttpMethods.Head],
                ServeAsync
            )
            .AllowAnonymous()
            .ExcludeFromDescription();

    private static async Task<IResult> ServeAsync(
        HttpContext context,
        MediaLinks links,
        IFileStore store,
        string token
    )
    {
        if (links.Open(token) is not { } file)
        {
            return TypedResults.NotFound();
        }
        Stream? content;
        try
        {
            content = await store.OpenAsync(
                file.TenantId,
                file.ContentHash,
                context.RequestAborted
            );
        }
        catch (IOException)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
        if (content is null)
        {
            return TypedResults.NotFound();
        }
        // Nobody is to open it on this site: it is saved, and nothing in it runs.
        var name = new ContentDispositionHeaderValue("attachment");
        name.SetHttpFileName(file.FileName);
        var headers = context.Response.Headers;
        headers.ContentDisposition = name.ToString();
        headers.CacheControl = "private, no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        return TypedResults.Stream(content, file.ContentType, enableRangeProcessing: true);
    }
}
