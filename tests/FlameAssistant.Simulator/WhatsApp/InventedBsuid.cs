using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>The user id of a phone number that nobody gave one: always the same for the same number.</summary>
internal static class InventedBsuid
{
    private static readonly (string Prefix, string Country)[] Countries =
    [
        ("55", "BR"),
        ("52", "MX"),
        ("57", "CO"),
        ("54", "AR"),
        ("56", "CL"),
        ("51", "PE"),
        ("34", "ES"),
        ("351", "PT"),
        ("44", "GB"),
        ("49", "DE"),
    ];

    public static string For(string phone)
    {
        var country = Countries
            .FirstOrDefault(c => phone.StartsWith(c.Prefix, StringComparison.Ordinal))
            .Country;
        var number = BinaryPrimitives.ReadUInt64BigEndian(
            SHA256.HashData(Encoding.ASCII.GetBytes(phone))
        );
        return string.Create(CultureInfo.InvariantCulture, $"{country ?? "US"}.{number:D20}");
    }
}
