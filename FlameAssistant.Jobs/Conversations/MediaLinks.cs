using System.Globalization;
using System.Security.Cryptography;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Notifications;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>A file that may be fetched by whoever has its link.</summary>
public sealed record LinkedFile(
    Guid TenantId,
    string ContentHash,
    string ContentType,
    string FileName
);

/// <summary>
/// Addresses by which a provider fetches one file that is sent to a customer: sealed, so that nobody makes or changes one,
/// and good for a short time, since providers fetch at once.
/// </summary>
public sealed class MediaLinks(
    IDataProtectionProvider protection,
    IOptions<PublicAddressOptions> address,
    TimeProvider clock
)
{
    public const string Path = "/m";
    private const char Separator = '\n';
    private static readonly TimeSpan GoodFor = TimeSpan.FromHours(1);

    private readonly IDataProtector protector = protection.CreateProtector("media-links");

    public string Make(Guid tenantId, DeliveryFile file)
    {
        var until = (clock.GetUtcNow() + GoodFor).ToUnixTimeSeconds();
        var token = protector.Protect(
            string.Join(
                Separator,
                until.ToString(CultureInfo.InvariantCulture),
                tenantId.ToString("N"),
                file.ContentHash,
                file.ContentType,
                file.FileName.ReplaceLineEndings(" ")
            )
        );
        return $"{address.Value.PublicUrl.TrimEnd('/')}{Path}/{token}/{Uri.EscapeDataString(file.FileName)}";
    }

    /// <returns>Null for what is none of ours, or too old.</returns>
    public LinkedFile? Open(string token)
    {
        string[] parts;
        try
        {
            parts = protector.Unprotect(token).Split(Separator);
        }
        catch (Exception ex) when (ex is CryptographicException or FormatException)
        {
            return null;
        }
        return
            parts is [var until, var tenant, var hash, var type, var name]
            && long.Parse(until, CultureInfo.InvariantCulture)
                > clock.GetUtcNow().ToUnixTimeSeconds()
            ? new LinkedFile(Guid.ParseExact(tenant, "N"), hash, type, name)
            : null;
    }
}
