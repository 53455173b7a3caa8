using System.Text.Json.Nodes;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>Reads the templates of a WhatsApp Business account, page by page.</summary>
internal static class WhatsAppTemplates
{
    private const string Fields =
        "id,name,language,status,category,quality_score,rejected_reason,parameter_format,components";

    // 6,000 is the most that Meta keeps for an account.
    private const int MostPages = 100;

    public static async Task<TemplateReading> ReadAsync(
        GraphClient graph,
        string? baseUrl,
        string? wabaId,
        string token,
        CancellationToken ct
    )
    {
        if (wabaId is null)
        {
            return new TemplateReading.Failed(
                "no_account",
                "The channel has no WhatsApp Business account ID: enter it in its settings.",
                MayPass: false
            );
        }
        var templates = new List<ListedTemplate>();
        string? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var path =
                $"/{Uri.EscapeDataString(wabaId)}/message_templates?fields={Fields}&limit=100"
                + (after is null ? "" : $"&after={Uri.EscapeDataString(after)}");
            var answer = await graph.AskAsync(HttpMethod.Get, baseUrl, path, token, ct);
            if (answer is not GraphAnswer.Given { Value: JsonObject list })
            {
                return Failure(answer);
            }
            templates.AddRange(
                (list["data"] as JsonArray ?? [])
                    .OfType<JsonObject>()
                    .Select(Read)
                    .OfType<ListedTemplate>()
            );
            after = Text((list["paging"] as JsonObject)?["cursors"], "after");
            if (after is null || Text(list["paging"], "next") is null)
            {
                return new TemplateReading.Listed(templates);
            }
        }
        return new TemplateReading.Listed(templates);
    }

    /// <summary>Of a state that the product does not know nothing may be sent.</summary>
    public static string StatusOf(string? said) =>
        said?.ToUpperInvariant() switch
        {
            "APPROVED" or "REINSTATED" => TemplateStatuses.Approved,
            "PENDING" or "IN_APPEAL" => TemplateStatuses.Pending,
            "REJECTED" => TemplateStatuses.Rejected,
            "PAUSED" => TemplateStatuses.Paused,
            _ => TemplateStatuses.Disabled,
        };

    /// <summary>Meta says NONE where there is no reason.</summary>
    public static string? ReasonOf(string? said) =>
        string.IsNullOrWhiteSpace(said) || said.Equals("NONE", StringComparison.OrdinalIgnoreCase)
            ? null
            : StorableText.Clean(said);

    /// <returns>Null for what has no name or could not be stored.</returns>
    private static ListedTemplate? Read(JsonObject template)
    {
        var (id, name, language) = (
            Text(template, "id"),
            Text(template, "name"),
            Text(template, "language")
        );
        if (
            id is not { Length: > 0 and <= 255 }
            || name is not { Length: > 0 and <= 512 }
            || language is not { Length: >= 2 and <= 40 }
        )
        {
            return null;
        }
        return new ListedTemplate(
            id,
            name,
            language,
            Clip(Text(template, "category")),
            StatusOf(Text(template, "status")),
            ReasonOf(Text(template, "rejected_reason")),
            Clip(Text(template["quality_score"], "score")),
            string.Equals(
                Text(template, "parameter_format"),
                "NAMED",
                StringComparison.OrdinalIgnoreCase
            )
                ? ChannelTemplate.Named
                : ChannelTemplate.Positional,
            template["components"] is JsonArray components ? SafeText.CleanJson(components) : "[]"
        );
    }

    private static TemplateReading.Failed Failure(GraphAnswer answer) =>
        answer switch
        {
            GraphAnswer.Refused { Code: var code, Said: var said } => new(
                $"{code}",
                GraphErrors.Reason(code, said),
                GraphErrors.MayPass(code)
            ),
            GraphAnswer.Unclear { Said: var said } => new("unreachable", said, MayPass: true),
            _ => new("odd_answer", "Meta's answer is no list of templates.", MayPass: false),
        };

    private static string? Clip(string? text) => text is { Length: > 50 } ? text[..50] : text;

    private static string? Text(JsonNode? of, string name) =>
        (of as JsonObject)?[name] is JsonValue value
            ? value.TryGetValue<string>(out var text)
                ? StorableText.Clean(text)
                : value.ToJsonString()
            : null;
}
