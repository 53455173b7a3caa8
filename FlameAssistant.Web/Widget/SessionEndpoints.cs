using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels.WebChat;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Widget;

/// <summary>How a browser becomes a visitor, and how it gets a ticket for a stream.</summary>
internal static class SessionEndpoints
{
    public static async Task<IResult> OpenAsync(
        HttpContext context,
        WidgetDirectory directory,
        WidgetLimits limits,
        VisitorTokens tokens,
        TenantUnits units,
        LiveHub live,
        TimeProvider clock,
        IStringLocalizer<WidgetText> texts
    )
    {
        var ct = context.RequestAborted;
        context.Response.Headers.CacheControl = "no-store";
        if (limits.Session(context) is { } wait)
        {
            return WidgetAnswers.Slow(context, wait);
        }
        if (await WidgetAnswers.ReadAsync<SessionRequest>(context) is not { } asked)
        {
            return WidgetAnswers.Problem(WidgetAnswers.BadBody);
        }
        if (await directory.FindAsync(asked.WidgetKey, ct) is not { } channel)
        {
            return WidgetAnswers.Problem(WidgetAnswers.UnknownKey);
        }
        var profile = Profile(channel, asked, clock.GetUtcNow());
        if (!profile.IsOk)
        {
            return WidgetAnswers.Problem(profile.Error);
        }
        // A token of another channel says nothing here.
        var known =
            asked.VisitorToken is { } token
            && await tokens.FindAsync(token, ct) is { } found
            && found.ChannelId == channel.Id
            && found.TenantId == channel.Tenant.Id
                ? found
                : null;
        var opened = await units.RunAsync(
            channel.Tenant,
            VisitorDoor.ActorOf(context),
            new OpenVisitor(channel.Id, known?.VisitorId, profile.Value),
            ct
        );
        if (!opened.IsOk)
        {
            return WidgetAnswers.Problem(opened.Error);
        }
        var visitor = opened.Value;
        string raw;
        VisitorRef current;
        if (known is not null && visitor.IsSame)
        {
            (raw, current) = (asked.VisitorToken!, await tokens.RenewAsync(known, ct));
        }
        else
        {
            (raw, current) = await tokens.CreateAsync(
                channel.Tenant.Id,
                channel.Id,
                visitor.Id,
                ct
            );
            if (known is not null)
            {
                // Somebody else is at this browser now.
                await tokens.EndAsync(known, ct);
                live.Publish([
                    new LiveEvent(channel.Tenant.Id, LiveKinds.Visitor, known.VisitorId, Seq: 0),
                ]);
            }
        }
        var language = WidgetLanguage.Of(asked.Locale, channel.Tenant.Defaults.Language);
        return WidgetJson.Ok(
            new SessionAnswer(
                raw,
                visitor.Id,
                current.ExpiresAt,
                visitor.ConversationId,
                await tokens.CreateTicketAsync(current, ct),
                new ProfileJson(visitor.Name, visitor.Email, visitor.Phone),
                Config(channel, language, clock.GetUtcNow(), texts)
            )
        );
    }

    public static async Task<IResult> TicketAsync(
        HttpContext context,
        VisitorDoor door,
        VisitorTokens tokens,
        WidgetLimits limits,
        TimeProvider clock
    )
    {
        var (visit, refusal) = await door.EnterAsync(context, limits.Call);
        return visit is null
            ? refusal!
            : WidgetJson.Ok(
                new TicketAnswer(
                    await tokens.CreateTicketAsync(visit.Visitor, context.RequestAborted),
                    clock.GetUtcNow() + VisitorTokens.TicketLife
                )
            );
    }

    public static ConfigJson Config(
        WidgetChannel channel,
        string language,
        DateTimeOffset now,
        IStringLocalizer<WidgetText> texts
    )
    {
        var settings = channel.Settings;
        var culture = System.Globalization.CultureInfo.CurrentUICulture;
        try
        {
            System.Globalization.CultureInfo.CurrentUICulture = WidgetLanguage.Culture(language);
            return new ConfigJson(
                settings.Title ?? channel.Tenant.Brand,
                settings.Color,
                settings.IsLeft ? "left" : "right",
                settings.Greeting(language) ?? texts["Frame.Greeting"],
                WidgetHours.Of(channel.Hours, now),
                [.. settings.PreChat.Select(f => new PreChatJson(f.Name, f.IsRequired))],
                settings.AsksRating,
                channel.MaxUploadBytes
            );
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentUICulture = culture;
        }
    }

    /// <summary>The site's signed word goes before what was typed; a signature that is wrong is no stranger, but refused.</summary>
    private static Result<VisitorProfile> Profile(
        WidgetChannel channel,
        SessionRequest asked,
        DateTimeOffset now
    )
    {
        var told = new VisitorProfile(
            UserId: null,
            asked.Profile?.Name,
            asked.Profile?.Email,
            asked.Profile?.Phone,
            asked.Locale,
            asked.Page?.Url,
            asked.Page?.Title,
            asked.Page?.Referrer
        );
        if (!string.IsNullOrEmpty(asked.IdentityJwt))
        {
            var person = VisitorIdentity.OfJwt(channel.IdentitySecret, asked.IdentityJwt, now);
            return person.IsOk
                ? told with
                {
                    UserId = person.Value.UserId,
                    Name = person.Value.Name ?? told.Name,
                    Email = person.Value.Email ?? told.Email,
                    Phone = person.Value.Phone ?? told.Phone,
                }
                : person.Error;
        }
        if (!string.IsNullOrEmpty(asked.UserId) || !string.IsNullOrEmpty(asked.UserHash))
        {
            var id = VisitorIdentity.OfHash(
                channel.IdentitySecret,
                asked.UserId ?? "",
                asked.UserHash ?? ""
            );
            return id.IsOk ? told with { UserId = id.Value } : id.Error;
        }
        return told;
    }
}
