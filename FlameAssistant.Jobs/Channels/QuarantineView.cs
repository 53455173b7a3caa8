using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Jobs.Channels;

/// <summary>
/// Shows a quarantined body to people: indented, and without anything secret: what is named like a secret, what looks like a
/// token, and what the channel itself keeps secret, wherever it stands.
/// </summary>
public sealed partial class QuarantineView(
    ChannelSecrets secrets,
    SystemQuarantine system,
    TenantCatalog tenants,
    TenantUnits units
)
{
    public const string Hidden = "•••";
    public const int MaxCharacters = 200_000;

    private const int ShortestSecret = 6;

    // Milliseconds by the wall's clock, in which a busy machine may have done nothing for this thread at all.
    private const int Patience = 10_000;

    private static readonly JsonSerializerOptions indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <returns>Null for what is another tenant's, or nobody's.</returns>
    public async Task<string?> ReadAsync(
        TenantRef tenant,
        Actor actor,
        Guid id,
        CancellationToken ct
    ) =>
        await units.ReadAsync(
            tenant,
            actor,
            (unit, token) => unit.ReadQuarantinedAsync(id, token),
            ct
        )
            is { } found
            ? Show(found.Body, await SecretsAsync(tenant, found.ChannelId, ct))
            : null;

    /// <summary>Any row, for super-admins.</summary>
    public async Task<string?> ReadAsync(Actor actor, Guid id, CancellationToken ct)
    {
        if (await system.ReadAsync(id, actor, ct) is not { } found)
        {
            return null;
        }
        var tenant = found.TenantId is { } tenantId ? await tenants.FindAsync(tenantId, ct) : null;
        return Show(found.Body, await SecretsAsync(tenant, found.ChannelId, ct));
    }

    /// <summary>The product looks for them, whoever asks: who may read the quarantine need not manage channels.</summary>
    private async Task<List<string>> SecretsAsync(
        TenantRef? tenant,
        Guid? channelId,
        CancellationToken ct
    )
    {
        if (tenant is not { IsUpgraded: true } || channelId is not { } id)
        {
            return [];
        }
        var stored = await units.ReadAsync(
            tenant,
            Actor.System,
            (unit, token) => unit.ReadSecretsOfAsync(id, token),
            ct
        );
        return
        [
            .. stored
                .Select(s => secrets.Unprotect(tenant.Id, id, s.Key, s.Value))
                .Where(s => s.IsOk)
                .Select(s => s.Value),
        ];
    }

    public static string Show(byte[] body, IReadOnlyCollection<string> known)
    {
        try
        {
            return Cleaned(SafeText.Wire(body), known);
        }
        catch (RegexMatchTimeoutException)
        {
            // Rather nothing than something secret.
            return Hidden;
        }
    }

    private static string Cleaned(string text, IReadOnlyCollection<string> known)
    {
        try
        {
            text = JsonNode.Parse(text) is { } node
                ? Pairs().Replace(Clean(node)!.ToJsonString(indented), Unescaped)
                : text;
        }
        catch (Exception ex)
            when (ex is JsonException or ArgumentException or InvalidOperationException)
        {
            // No JSON: shown as it came, cleaned by its looks.
        }
        foreach (var secret in known.Where(s => s.Length >= ShortestSecret))
        {
            text = text.Replace(secret, Hidden, StringComparison.Ordinal);
        }
        text = Visible(HideTokens(text));
        return text.Length <= MaxCharacters ? text : text[..MaxCharacters] + "…";
    }

    private static string HideTokens(string text) =>
        Named().Replace(Tokens().Replace(text, Hidden), $"${{name}}{Hidden}");

    /// <summary>The writer escapes what is beyond the first plane: people read faces, not numbers.</summary>
    private static string Unescaped(Match pair) =>
        string.Concat(
            (char)Convert.ToInt32(pair.Groups["high"].Value, 16),
            (char)Convert.ToInt32(pair.Groups["low"].Value, 16)
        );

    [GeneratedRegex(
        @"(?<!\\)\\u(?<high>D[89AB][0-9A-F]{2})\\u(?<low>D[C-F][0-9A-F]{2})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: Patience
    )]
    private static partial Regex Pairs();

    private static JsonNode? Clean(JsonNode? node) =>
        node switch
        {
            JsonObject o => new JsonObject(
                o.Select(p =>
                    KeyValuePair.Create(
                        p.Key,
                        SecretName().IsMatch(p.Key) && p.Value is JsonValue
                            ? JsonValue.Create(Hidden)
                            : Clean(p.Value)
                    )
                )
            ),
            JsonArray a => new JsonArray([.. a.Select(Clean)]),
            _ => node?.DeepClone(),
        };

    /// <summary>What would not be seen, or would turn the text around, is shown by its number.</summary>
    private static string Visible(string text)
    {
        if (!text.Any(IsInvisible))
        {
            return text;
        }
        var shown = new StringBuilder(text.Length);
        foreach (var unit in text)
        {
            _ = IsInvisible(unit)
                ? shown
                    .Append("\\u")
                    .Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture))
                : shown.Append(unit);
        }
        return shown.ToString();
    }

    private static bool IsInvisible(char unit) =>
        (char.IsControl(unit) && unit is not ('\n' or '\t'))
        || unit
            is (>= '\u202a' and <= '\u202e')
                or (>= '\u2066' and <= '\u2069')
                or '\u200e'
                or '\u200f';

    [GeneratedRegex(
        "token|secret|password|passwd|authorization|signature|api[-_]?key|cookie|credential|bearer",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Patience
    )]
    private static partial Regex SecretName();

    /// <summary>Meta's tokens, Telegram's, JWTs, ours, and what follows the word Bearer.</summary>
    [GeneratedRegex(
        @"\bEA[A-Za-z0-9]{20,}|\bIG[A-Za-z0-9_-]{40,}|\b\d{6,12}:[A-Za-z0-9_-]{30,}|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\b(?:fla_(?:live|test)|vst|whsec|sk|xox[a-z])[_-][A-Za-z0-9_-]{12,}|(?<=\b[Bb]earer\s)[\w.~+/=-]{8,}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Patience
    )]
    private static partial Regex Tokens();

    /// <summary><c>access_token=…</c> in addresses and forms.</summary>
    [GeneratedRegex(
        @"(?<name>(?:token|secret|password|signature|api[-_]?key)\w*=)[^&\s""'<>]+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Patience
    )]
    private static partial Regex Named();
}
