using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>Reads webhooks that concern a WhatsApp Business account: they name it and no number.</summary>
internal static class WhatsAppNews
{
    /// <returns>Null for what is no such webhook, or tells something that this version does not know.</returns>
    public static InboundItem? Read(JsonNode entry, JsonObject change, JsonObject value)
    {
        if (Text(entry, "id") is not { Length: > 0 and <= 255 } account)
        {
            return null;
        }
        var news = Text(change, "field") switch
        {
            "message_template_status_update" => Status(value),
            "message_template_quality_update" => Quality(value),
            "template_category_update" => Category(value),
            "account_update" => Account(value),
            _ => null,
        };
        return news is null
            ? null
            : new InboundItem.News(AccountId: null, account, news, Time(entry, "time"));
    }

    /// <summary>What is told of a number itself, in the place of messages.</summary>
    public static InboundItem Trouble(string account, JsonNode error)
    {
        var code = int.TryParse(Text(error, "code"), CultureInfo.InvariantCulture, out var n)
            ? n
            : -1;
        var said =
            Text(error["error_data"], "details")
            ?? Text(error, "message")
            ?? Text(error, "title")
            ?? "";
        var action = GraphErrors.RuleOf(code).Action;
        return new InboundItem.News(
            account,
            GroupId: null,
            new AccountNews.Trouble(
                code < 0 ? "error" : code.ToString(CultureInfo.InvariantCulture),
                GraphErrors.Reason(code, said),
                action == GraphAction.SlowNumber ? TimeSpan.FromSeconds(5) : null,
                action == GraphAction.StopChannel
            ),
            At: null
        );
    }

    private static AccountNews? Status(JsonObject value)
    {
        if (Template(value) is not var (name, language))
        {
            return null;
        }
        var status = Text(value, "event")?.ToUpperInvariant();
        return status switch
        {
            "APPROVED"
            or "REINSTATED"
            or "PENDING"
            or "IN_APPEAL"
            or "REJECTED"
            or "PAUSED"
            or "DISABLED"
            or "DELETED"
            or "PENDING_DELETION"
            or "ARCHIVED" => new AccountNews.TemplateState(
                name,
                language,
                WhatsAppTemplates.StatusOf(status),
                Reason(value),
                Clip(Text(value, "message_template_category"))
            ),
            // Flagged, locked, unarchived …: the list says what holds.
            { Length: > 0 } => new AccountNews.TemplatesChanged(),
            _ => null,
        };
    }

    private static string? Reason(JsonObject value)
    {
        var more =
            Text(value["rejection_info"], "reason") ?? Text(value["other_info"], "description");
        return WhatsAppTemplates.ReasonOf(Text(value, "reason")) switch
        {
            { } reason when more is not null => $"{reason}: {StorableText.Clean(more)}",
            var reason => reason ?? WhatsAppTemplates.ReasonOf(more),
        };
    }

    private static AccountNews? Quality(JsonObject value) =>
        Template(value) is var (name, language)
        && Clip(Text(value, "new_quality_score")) is { Length: > 0 } score
            ? new AccountNews.TemplateQuality(name, language, score)
            : null;

    private static AccountNews? Category(JsonObject value) =>
        Template(value) is not var (name, language) ? null
        : Clip(Text(value, "new_category")) is { Length: > 0 } category
            ? new AccountNews.TemplateCategory(name, language, category)
        // Announced for later: nothing changes yet.
        : new AccountNews.TemplatesChanged();

    private static AccountNews? Account(JsonObject value) =>
        Text(value, "event")?.ToUpperInvariant() switch
        {
            "ACCOUNT_RESTRICTION" => Restriction(value),
            "DISABLED_UPDATE" => Text(value["ban_info"], "waba_ban_state")
                ?.ToUpperInvariant() switch
            {
                "DISABLE" => new AccountNews.Trouble(
                    "account_disabled",
                    "Meta has disabled the WhatsApp account: an admin looks into Meta Business.",
                    StopsFor: null,
                    NeedsAuth: true
                ),
                "REINSTATE" => new AccountNews.Restricted([], EndsAt: null),
                { } state => new AccountNews.Trouble(
                    "account_disabled",
                    $"Meta announces for the WhatsApp account: {StorableText.Clean(state)}.",
                    StopsFor: null,
                    NeedsAuth: false
                ),
                null => null,
            },
            "ACCOUNT_VIOLATION" => new AccountNews.Trouble(
                "account_violation",
                "Meta says that the account violated its policy: "
                    + (StorableText.Clean(Text(value["violation_info"], "violation_type")) ?? "?"),
                StopsFor: null,
                NeedsAuth: false
            ),
            _ => null,
        };

    /// <summary>Each kind has its own end; the channel is free again when the last is over.</summary>
    private static AccountNews.Restricted Restriction(JsonObject value)
    {
        var list = (value["restriction_info"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var ends = list.ConvertAll(item => Time(item, "expiration"));
        return new AccountNews.Restricted(
            [
                .. list.Select(item =>
                        Clip(StorableText.Clean(Text(item, "restriction_type")), 100)
                    )
                    .OfType<string>()
                    .Distinct(StringComparer.Ordinal)
                    .Take(20),
            ],
            ends.Contains(null) ? null : ends.Max()
        );
    }

    private static (string Name, string Language)? Template(JsonObject value) =>
        Text(value, "message_template_name") is { Length: > 0 and <= 512 } name
        && Text(value, "message_template_language") is { Length: >= 2 and <= 40 } language
            ? (StorableText.Clean(name), StorableText.Clean(language))
            : null;

    private static string? Clip(string? text, int most = 50) =>
        StorableText.Clean(text) is { } clean && clean.Length > most ? clean[..most] : text;

    private static string? Text(JsonNode? of, string name) =>
        (of as JsonObject)?[name] is { } node
            ? node.GetValueKind() switch
            {
                JsonValueKind.String => node.GetValue<string>(),
                JsonValueKind.Number => node.ToJsonString(),
                _ => null,
            }
            : null;

    private static DateTimeOffset? Time(JsonNode of, string name) =>
        long.TryParse(Text(of, name), CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < 32_503_680_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
