using System.Globalization;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels.WebChat;
using FlameAssistant.Web.Auth;

namespace FlameAssistant.Web.Widget;

/// <summary>A visitor who may speak now, and the web chat that they speak in.</summary>
internal sealed record Visit(VisitorRef Visitor, WidgetChannel Channel)
{
    public TenantRef Tenant => Channel.Tenant;
}

/// <summary>Stands before every call of a visitor: the token says who they are, the channel must still be there.</summary>
internal sealed class VisitorDoor(
    VisitorTokens tokens,
    WidgetDirectory directory,
    WidgetLimits limits
)
{
    private const string Scheme = "Bearer ";

    /// <param name="limit">What this call counts as; null when it may go on.</param>
    /// <returns>The visit, or the refusal.</returns>
    public async Task<(Visit? Visit, IResult? Refusal)> EnterAsync(
        HttpContext context,
        Func<VisitorRef, TimeSpan?> limit
    )
    {
        var header = context.Request.Headers.Authorization.ToString();
        var ct = context.RequestAborted;
        context.Response.Headers.CacheControl = "no-store";
        if (
            !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || await tokens.FindAsync(header[Scheme.Length..].Trim(), ct) is not { } visitor
        )
        {
            return (
                null,
                limits.Guess(context) is { } pause
                    ? WidgetAnswers.Slow(context, pause)
                    : WidgetAnswers.Problem(WidgetAnswers.BadToken)
            );
        }
        if (limit(visitor) is { } wait)
        {
            return (null, WidgetAnswers.Slow(context, wait));
        }
        return await OfAsync(visitor, ct) is { } visit
            ? (visit, null)
            : (null, WidgetAnswers.Problem(WidgetAnswers.UnknownKey));
    }

    /// <returns>Null when the channel has ended, or is another tenant's by now.</returns>
    public async Task<Visit?> OfAsync(VisitorRef visitor, CancellationToken ct) =>
        await directory.FindAsync(visitor.ChannelId, ct) is { } channel
        && channel.Tenant.Id == visitor.TenantId
            ? new Visit(visitor, channel)
            : null;

    /// <summary>A customer acts: nothing that members may do.</summary>
    public static Actor ActorOf(HttpContext context) =>
        new(
            Actor.ContactKind,
            Guid.Empty,
            new HashSet<string>(StringComparer.Ordinal),
            SeesAllChannels: false,
            ClientAddress.Of(context)
        );
}

internal static class WidgetHours
{
    private static readonly TimeSpan moment = TimeSpan.FromTicks(1);

    public static HoursJson Of(WorkingHours hours, DateTimeOffset now) =>
        hours.IsOpen(now)
            ? new HoursJson(Open: true, OpensAt: null)
            : new HoursJson(Open: false, hours.Add(now, moment) - moment);
}

/// <summary>The customers' three languages.</summary>
internal static class WidgetLanguage
{
    public static readonly IReadOnlyList<string> All = ["en", "es", "pt"];

    /// <param name="locale">As in <c>pt-BR</c>, of the page or the browser.</param>
    /// <param name="fallback">The workspace's own, which customers most likely share.</param>
    public static string Of(string? locale, string? fallback)
    {
        var language = locale?.Split('-', '_')[0].ToLowerInvariant();
        return All.Contains(language, StringComparer.Ordinal) ? language!
            : All.Contains(fallback, StringComparer.Ordinal) ? fallback!
            : All[0];
    }

    public static CultureInfo Culture(string language) => CultureInfo.GetCultureInfo(language);
}
