using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>What somebody decides of a template.</summary>
/// <param name="Event">As Meta names it: APPROVED, REJECTED, PAUSED, DISABLED …</param>
internal sealed record TemplateDecision(string Event, string? Reason);

internal sealed record TemplateRating(string Score);

/// <summary>Templates: Graph's list, and Meta's side of the table, where they are approved, refused and rated.</summary>
internal sealed class TemplateApi(
    SimulatorOptions options,
    SimulatorState state,
    WebhookLanes lanes
)
{
    private const int LargestPage = 100;

    private static readonly string[] Events =
    [
        "APPROVED",
        "REJECTED",
        "PENDING",
        "PAUSED",
        "DISABLED",
    ];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(
            "/{version:regex(^v\\d+\\.\\d+$)}/{wabaId}/message_templates",
            (string wabaId, int? limit, string? after, HttpContext http, TemplateApi api) =>
                api.List(wabaId, limit, after, http)
        );
        var templates = app.MapGroup("/simulator/channels/{id}/templates");
        templates.MapGet(
            "",
            (string id, SimulatorState state) =>
                state.Channels.Find(id) is { } channel
                    ? Results.Ok(state.Templates.Of(channel.WabaId))
                    : Wrong.Channel(id)
        );
        templates.MapPut(
            "",
            (string id, List<SimulatedTemplate> given, SimulatorState state) =>
            {
                if (state.Channels.Find(id) is not { } channel)
                {
                    return Wrong.Channel(id);
                }

                state.Templates.Put(channel.WabaId, given);
                return Results.Ok(state.Templates.Of(channel.WabaId));
            }
        );
        templates.MapPost(
            "/{template}/status",
            (string id, string template, TemplateDecision decision, TemplateApi api) =>
                api.Decide(id, template, decision)
        );
        templates.MapPost(
            "/{template}/quality",
            (string id, string template, TemplateRating rating, TemplateApi api) =>
                api.Rate(id, template, rating)
        );
    }

    private IResult List(string wabaId, int? limit, string? after, HttpContext http)
    {
        var numbers = state.Channels.All().Where(channel => channel.WabaId == wabaId).ToList();
        if (numbers.Count == 0)
        {
            return GraphApi.Answer(GraphError.UnknownObject(wabaId));
        }

        if (!numbers.Exists(number => GraphApi.HasToken(http, number)))
        {
            return GraphApi.Answer(GraphError.WrongToken());
        }

        var all = state.Templates.Of(wabaId);
        var begin = after is null ? 0 : PlaceOf(after);
        var size = Math.Clamp(limit ?? 25, 1, LargestPage);
        var page = all.Skip(begin).Take(size).ToList();
        var paging = new JsonObject
        {
            ["cursors"] = new JsonObject
            {
                ["before"] = CursorOf(begin),
                ["after"] = CursorOf(begin + page.Count),
            },
        };
        if (begin + page.Count < all.Count)
        {
            paging["next"] =
                $"{state.Origin}{http.Request.Path}?after={CursorOf(begin + page.Count)}";
        }

        return Results.Json(
            new JsonObject
            {
                ["data"] = new JsonArray([.. page.Select(t => (JsonNode)t.ToGraph())]),
                ["paging"] = paging,
            }
        );
    }

    private IResult Decide(string id, string template, TemplateDecision decision)
    {
        if (state.Channels.Find(id) is not { } channel)
        {
            return Wrong.Channel(id);
        }

        var what = decision.Event.ToUpperInvariant();
        if (!Events.Contains(what, StringComparer.Ordinal))
        {
            return Wrong.Input($"event must be one of {string.Join(", ", Events)}.");
        }

        var reason = string.IsNullOrWhiteSpace(decision.Reason) ? "NONE" : decision.Reason;
        var changed = state.Templates.Change(
            channel.WabaId,
            template,
            t => t with { Status = what, RejectedReason = reason }
        );
        return Tell(
            channel,
            changed,
            "message_template_status_update",
            t => new JsonObject
            {
                ["event"] = what,
                ["message_template_id"] = Number(t.Id),
                ["message_template_name"] = t.Name,
                ["message_template_language"] = t.Language,
                ["reason"] = reason,
                ["message_template_category"] = t.Category,
            }
        );
    }

    private IResult Rate(string id, string template, TemplateRating rating)
    {
        if (state.Channels.Find(id) is not { } channel)
        {
            return Wrong.Channel(id);
        }

        var score = rating.Score.ToUpperInvariant();
        if (score is not ("GREEN" or "YELLOW" or "RED" or "UNKNOWN"))
        {
            return Wrong.Input("score must be one of GREEN, YELLOW, RED, UNKNOWN.");
        }

        var before = "UNKNOWN";
        var changed = state.Templates.Change(
            channel.WabaId,
            template,
            t =>
            {
                before = t.Quality;
                return t with { Quality = score };
            }
        );
        return Tell(
            channel,
            changed,
            "message_template_quality_update",
            t => new JsonObject
            {
                ["previous_quality_score"] = before,
                ["new_quality_score"] = score,
                ["message_template_id"] = Number(t.Id),
                ["message_template_name"] = t.Name,
                ["message_template_language"] = t.Language,
            }
        );
    }

    private IResult Tell(
        SimulatedChannel channel,
        SimulatedTemplate? changed,
        string field,
        Func<SimulatedTemplate, JsonObject> value
    )
    {
        if (changed is null)
        {
            return Results.NotFound(new { error = "There is no such template." });
        }

        var body = MetaJson.Write(
            new JsonObject
            {
                ["object"] = "whatsapp_business_account",
                ["entry"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = channel.WabaId,
                        ["time"] = options.Clock.GetUtcNow().ToUnixTimeSeconds(),
                        ["changes"] = new JsonArray(
                            new JsonObject { ["value"] = value(changed), ["field"] = field }
                        ),
                    }
                ),
            }
        );
        // One after the other, as what concerns one customer.
        _ = lanes.Enqueue(channel.PhoneNumberId, new Customer { Bsuid = "templates" }, body);
        return Results.Ok(changed);
    }

    private static JsonNode Number(string id) =>
        long.TryParse(id, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
            : JsonValue.Create(id);

    private static string CursorOf(int place) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes($"at:{place}"));

    private static int PlaceOf(string cursor)
    {
        try
        {
            var text = Encoding.ASCII.GetString(Convert.FromBase64String(cursor));
            return int.TryParse(text.AsSpan(3), CultureInfo.InvariantCulture, out var place)
                ? Math.Max(0, place)
                : 0;
        }
        catch (Exception ex) when (ex is FormatException or ArgumentOutOfRangeException)
        {
            return 0;
        }
    }
}
