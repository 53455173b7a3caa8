using System.Globalization;
using System.Text.Json;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Inbound;

namespace FlameAssistant.Web.Widget;

/// <summary>Refusals, as problem details; the widget has its own words for people.</summary>
internal static class WidgetAnswers
{
    private const int MostBody = 64 * 1024;

    public static Error UnknownKey { get; } =
        Error.NotFound(
            "widget.unknown",
            "There is no active web chat with this key: copy the snippet again from the channel's settings."
        );

    public static Error BadToken { get; } =
        new(
            ErrorKind.Forbidden,
            "visitor.token",
            "This needs the visitor's token, as Authorization: Bearer vst_…; begin a session to get one."
        );

    public static Error BadTicket { get; } =
        new(
            ErrorKind.Forbidden,
            "visitor.ticket",
            "The ticket is unknown, used or older than a minute: get one for each stream."
        );

    public static Error BadBody { get; } =
        Error.Invalid("widget.body", "The body is no JSON of the shape that is expected here.");

    public static Error TooManyStreams { get; } =
        Error.Conflict(
            "widget.streams",
            "Too many pages hear of this chat at once. Close some of them."
        );

    public static IResult Problem(Error error) =>
        TypedResults.Problem(
            detail: error.Message,
            statusCode: StatusOf(error),
            title: "The widget's call was refused",
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["code"] = error.Code,
                ["errors"] = error.Fields,
            }
        );

    public static IResult Slow(HttpContext context, TimeSpan after)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds))
            .ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            detail: "Too much at once. Wait a moment, then go on.",
            statusCode: StatusCodes.Status429TooManyRequests,
            title: "The widget's call was refused",
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["code"] = "widget.slow",
            }
        );
    }

    /// <returns>Null for what is no such JSON, or too long.</returns>
    public static async Task<T?> ReadAsync<T>(HttpContext context)
        where T : class
    {
        if (
            await RawBody.ReadAsync(context.Request, MostBody, context.RequestAborted)
            is not { Length: > 0 } body
        )
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize<T>(body, WidgetJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int StatusOf(Error error) =>
        error.Code switch
        {
            "visitor.token"
            or "visitor.ticket"
            or "visitor.gone"
            or "identity.unverified"
            or "identity.not_configured" => StatusCodes.Status401Unauthorized,
            "widget.streams" => StatusCodes.Status429TooManyRequests,
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
}
