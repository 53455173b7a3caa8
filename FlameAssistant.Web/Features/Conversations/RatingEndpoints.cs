using System.Globalization;
using System.Threading.RateLimiting;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>
/// The page by which a customer rates a conversation. It knows nobody: no sign-in, no cookie, no script; the link itself is
/// what allows it, once.
/// </summary>
internal static class RatingEndpoints
{
    private const int MostForm = 64 * 1024;

    private static readonly string[] languages = ["en", "es", "pt"];

    public static void MapRatings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rate/{token}", AskAsync).AllowAnonymous().ExcludeFromDescription();
        // The token is the proof that a form otherwise carries: who has it may answer from anywhere.
        routes
            .MapPost("/rate/{token}", TakeAsync)
            .AllowAnonymous()
            .DisableAntiforgery()
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostForm))
            .ExcludeFromDescription();
    }

    private static async Task AskAsync(
        HttpContext context,
        RatingLinks links,
        RatingLimits limits,
        string token,
        int? score
    )
    {
        if (!limits.May(context))
        {
            await ShowAsync(context, RateStep.Slow);
            return;
        }
        var tenant = await links.FindAsync(token, context.RequestAborted);
        await ShowAsync(
            context,
            tenant is null ? RateStep.Gone : RateStep.Ask,
            tenant,
            score is >= 1 and <= 5 ? score : null
        );
    }

    private static async Task TakeAsync(
        HttpContext context,
        RatingLinks links,
        RatingLimits limits,
        string token
    )
    {
        var ct = context.RequestAborted;
        if (!limits.May(context))
        {
            await ShowAsync(context, RateStep.Slow);
            return;
        }
        if (!context.Request.HasFormContentType)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        var form = await context.Request.ReadFormAsync(ct);
        var comment = form["comment"].ToString();
        var score = int.TryParse(
            form["score"].ToString(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var given
        )
            ? given
            : 0;
        // Asked first: a link that was used says no longer whose it is.
        var tenant = await links.FindAsync(token, ct);
        var rated = await links.RedeemAsync(token, score, comment, ct);
        if (rated.IsOk)
        {
            await ShowAsync(context, RateStep.Thanks, tenant);
        }
        else if (rated.Error == ConversationErrors.RatingInvalid)
        {
            await ShowAsync(
                context,
                tenant is null ? RateStep.Gone : RateStep.Invalid,
                tenant,
                score,
                comment
            );
        }
        else
        {
            await ShowAsync(context, RateStep.Gone);
        }
    }

    private static async Task ShowAsync(
        HttpContext context,
        RateStep step,
        TenantRef? tenant = null,
        int? score = null,
        string? comment = null
    )
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(
            LanguageOf(context.Request, tenant)
        );
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Robots-Tag"] = "noindex";
        context.Response.Headers.Vary = "Accept-Language";
        if (step == RateStep.Slow)
        {
            context.Response.Headers.RetryAfter = "60";
        }
        var page = new RazorComponentResult<RatePage>(
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [nameof(RatePage.Step)] = step,
                [nameof(RatePage.Workspace)] = tenant?.Brand,
                [nameof(RatePage.Score)] = score,
                [nameof(RatePage.Comment)] = comment,
            }
        )
        {
            StatusCode = step switch
            {
                RateStep.Gone => StatusCodes.Status404NotFound,
                RateStep.Invalid => StatusCodes.Status400BadRequest,
                RateStep.Slow => StatusCodes.Status429TooManyRequests,
                _ => StatusCodes.Status200OK,
            },
        };
        await page.ExecuteAsync(context);
    }

    /// <summary>The customer's, not the members': Portuguese is among them. Where their browser speaks none of ours, the tenant's.</summary>
    private static string LanguageOf(HttpRequest request, TenantRef? tenant) =>
        request
            .GetTypedHeaders()
            .AcceptLanguage.OrderByDescending(l => l.Quality ?? 1)
            .Select(l => l.Value.ToString().Split('-')[0].ToLowerInvariant())
            .FirstOrDefault(l => languages.Contains(l, StringComparer.Ordinal))
        ?? tenant?.Defaults.Language
        ?? languages[0];
}

/// <summary>How often one address may open or answer links: people do once, guessers do not.</summary>
internal sealed class RatingLimits : IDisposable
{
    private const int PerMinute = 30;

    private readonly PartitionedRateLimiter<string> byAddress = PartitionedRateLimiter.Create<
        string,
        string
    >(key =>
        RateLimitPartition.GetFixedWindowLimiter(
            key,
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = PerMinute,
                Window = TimeSpan.FromMinutes(1),
            }
        )
    );

    public bool May(HttpContext context)
    {
        using var lease = byAddress.AttemptAcquire(
            context.Connection.RemoteIpAddress?.ToString() ?? ""
        );
        return lease.IsAcquired;
    }

    public void Dispose() => byAddress.Dispose();
}

/// <summary>What the customer sees.</summary>
public enum RateStep
{
    Ask,
    Invalid,
    Thanks,
    Gone,
    Slow,
}

/// <summary>Marks the texts of the rating page, in the customers' three languages.</summary>
public sealed class RatingText;
