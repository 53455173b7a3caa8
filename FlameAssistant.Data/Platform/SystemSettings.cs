using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Platform;

public enum SettingKind
{
    /// <summary>A line of text, 1 to 100 characters.</summary>
    Text,

    /// <summary>An https address, or nothing.</summary>
    Url,

    /// <summary>A whole number of days.</summary>
    Days,

    /// <summary>Days, and what happens then: <c>drop</c> or <c>archive</c>.</summary>
    Retention,

    /// <summary>Of a later version: shown, not changed here.</summary>
    Unknown,
}

/// <param name="Value">As a person types it: text, address or days.</param>
/// <param name="Then">Of a retention.</param>
public sealed record SettingRow(
    string Key,
    SettingKind Kind,
    string Value,
    string? Then,
    string? Description,
    bool IsPublic,
    DateTimeOffset UpdatedAt,
    string? UpdatedBy
);

/// <summary>The installation's settings, each by its kind.</summary>
public sealed class SystemSettingQueries(SystemWork work)
{
    public Task<IReadOnlyList<SettingRow>> ListAsync(Actor actor, CancellationToken ct) =>
        work.ReadAsync<IReadOnlyList<SettingRow>>(
            actor,
            async db =>
            {
                var rows = await db
                    .Database.SqlQuery<Stored>(
                        $"""
                        SELECT s.key, s.value::text AS value, s.description, s.is_public, s.updated_at, u.email AS updated_by
                          FROM shared.system_settings s LEFT JOIN shared.users u ON u.id = s.updated_by ORDER BY s.key
                        """
                    )
                    .ToListAsync(ct);
                return [.. rows.Select(Row)];
            },
            [],
            ct
        );

    internal static SettingKind KindOf(string key) =>
        key switch
        {
            "product.name" => SettingKind.Text,
            "product.support_url" => SettingKind.Url,
            "tenants.grace_days" => SettingKind.Days,
            _ when key.StartsWith("retention.", StringComparison.Ordinal) => SettingKind.Retention,
            _ => SettingKind.Unknown,
        };

    private static SettingRow Row(Stored stored)
    {
        var kind = KindOf(stored.Key);
        var value = JsonNode.Parse(stored.Value);
        var (shown, then) = (kind, value) switch
        {
            (SettingKind.Retention, JsonObject retention) => (
                retention["days"]?.ToString() ?? "",
                (string?)retention["then"]
            ),
            (SettingKind.Text or SettingKind.Url or SettingKind.Days, JsonValue simple) => (
                simple.ToString(),
                null
            ),
            _ => (stored.Value, null),
        };
        return new SettingRow(
            stored.Key,
            kind,
            shown,
            then,
            stored.Description,
            stored.IsPublic,
            stored.UpdatedAt,
            stored.UpdatedBy
        );
    }

    private sealed record Stored(
        string Key,
        string Value,
        string? Description,
        bool IsPublic,
        DateTimeOffset UpdatedAt,
        string? UpdatedBy
    );
}

/// <summary>Changes one setting of the installation.</summary>
public sealed class SaveSetting(SystemWork work)
{
    public const int MaxTextLength = 100;
    public const int MaxDays = 3650;

    /// <param name="value">As a person types it.</param>
    public Task<Result<bool>> RunAsync(
        string key,
        string value,
        string? then,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ChangeAsync<bool>(
            actor,
            async (db, _) =>
            {
                var read = Read(key, StorableText.Clean(value.Trim()), then);
                if (!read.IsOk)
                {
                    return read.Error;
                }
                var json = read.Value.ToJsonString();
                var changed = await db.Database.ExecuteSqlAsync(
                    $"UPDATE shared.system_settings SET value = {json}::jsonb, updated_by = {actor.UserId} WHERE key = {key}",
                    ct
                );
                return changed > 0 ? true : SettingErrors.Unknown(key);
            },
            ct
        );

    private static Result<JsonNode> Read(string key, string value, string? then)
    {
        switch (SystemSettingQueries.KindOf(key))
        {
            case SettingKind.Text:
                return value.Length is 0 or > MaxTextLength
                    ? SettingErrors.Text
                    : JsonValue.Create(value);
            case SettingKind.Url:
                return value.Length == 0 || (value.Length <= 500 && IsAddress(value))
                    ? JsonValue.Create(value)
                    : SettingErrors.Url;
            case SettingKind.Days:
                return Days(value) is { } days ? JsonValue.Create(days) : SettingErrors.Days;
            case SettingKind.Retention:
                // The database takes no days but these; none would keep everything for ever, unsaid.
                return Days(value) is not { } kept || kept == 0 ? SettingErrors.Days
                    : then is not ("drop" or "archive") ? SettingErrors.Then
                    : new JsonObject { ["days"] = kept, ["then"] = then };
            default:
                return SettingErrors.Unknown(key);
        }
    }

    private static bool IsAddress(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;

    private static int? Days(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var days)
        && days <= MaxDays
            ? days
            : null;
}

public static class SettingErrors
{
    public static Error Text { get; } =
        Error.Invalid(
            "setting.text",
            $"Enter 1 to {SaveSetting.MaxTextLength} characters.",
            "value"
        ) with
        {
            Args = [SaveSetting.MaxTextLength],
        };

    public static Error Url { get; } =
        Error.Invalid(
            "setting.url",
            "Enter an address that begins with https://, or nothing.",
            "value"
        );

    public static Error Days { get; } =
        Error.Invalid(
            "setting.days",
            $"Enter a whole number of days, at most {SaveSetting.MaxDays}.",
            "value"
        ) with
        {
            Args = [SaveSetting.MaxDays],
        };

    public static Error Then { get; } =
        Error.Invalid("setting.then", "Choose drop or archive.", "then");

    public static Error Unknown(string key) =>
        Error.NotFound("setting.unknown", $"'{key}' is no setting that can be changed here.");
}
