using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace FlameAssistant.Web.Features.Account;

/// <summary>A person's picture: given on the profile page, served to those who work with them.</summary>
internal static class AvatarEndpoints
{
    public static void MapAvatars(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Urls.Avatar, SaveAsync).RequireAuthorization().ExcludeFromDescription();
        routes
            .MapGet("/account/avatars/{userId:guid}/{version:guid}", ServeAsync)
            .RequireAuthorization()
            .ExcludeFromDescription();
    }

    private static async Task<RedirectHttpResult> SaveAsync(
        HttpContext context,
        UserManager<User> users,
        SignInManager<User> signIn,
        UserAvatars avatars,
        [FromForm] string? action,
        IFormFile? picture
    )
    {
        var ct = context.RequestAborted;
        if (await users.GetUserAsync(context.User) is not { } user)
        {
            return TypedResults.LocalRedirect(Urls.SignIn);
        }
        if (action == "remove")
        {
            await avatars.RemoveAsync(user.Id, ct);
        }
        else
        {
            var (image, problem) = await ReadAsync(picture, ct);
            if (image is null)
            {
                return TypedResults.LocalRedirect($"{Urls.Profile}?picture={problem}");
            }
            await avatars.SaveAsync(user.Id, image, ct);
        }
        // The cookie names the picture.
        await signIn.RefreshSignInAsync(user);
        return TypedResults.LocalRedirect($"{Urls.Profile}?done=saved");
    }

    private static async Task<(byte[]?, PictureProblem?)> ReadAsync(
        IFormFile? picture,
        CancellationToken ct
    )
    {
        if (picture is null or { Length: 0 })
        {
            return (null, PictureProblem.NotAPicture);
        }
        if (picture.Length > AvatarPicture.MaxBytes)
        {
            return (null, PictureProblem.TooBig);
        }
        using var file = new MemoryStream();
        await picture.CopyToAsync(file, ct);
        return AvatarPicture.Read(file.ToArray());
    }

    private static async Task<Results<FileContentHttpResult, NotFound>> ServeAsync(
        HttpContext context,
        UserAvatars avatars,
        Guid userId,
        Guid version
    )
    {
        var viewer = Guid.Parse(context.User.FindFirstValue(ClaimTypes.NameIdentifier)!);
        var image = await avatars.FindAsync(userId, version, viewer, context.RequestAborted);
        if (image is null)
        {
            return TypedResults.NotFound();
        }
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return TypedResults.File(image, "image/webp");
    }
}
