namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>A person on WhatsApp; since 2026 one may have a user id (BSUID) and no phone number.</summary>
public sealed record Customer
{
    public string? Phone { get; init; }

    public string? Bsuid { get; init; }

    public string? Username { get; init; }

    public string? Name { get; init; }

    /// <summary>What names the person in this simulator's addresses.</summary>
    public string From => Phone ?? Bsuid ?? "";

    internal string? CountryCode =>
        Phone is not null && Bsuid?.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            ? Bsuid[..dot]
            : null;

    internal IEnumerable<string> Identities()
    {
        if (Phone is not null)
        {
            yield return Phone;
        }

        if (Bsuid is not null)
        {
            yield return Bsuid;
        }
    }

    /// <summary>A phone number or a BSUID, as it stands in an address or in Graph's "to".</summary>
    internal static Customer FromIdentity(string identity)
    {
        if (!PhoneDigits.IsNumber(identity))
        {
            return new Customer { Bsuid = identity };
        }

        var phone = PhoneDigits.Of(identity);
        return new Customer { Phone = phone, Bsuid = InventedBsuid.For(phone) };
    }

    internal Customer MergedWith(Customer newer) =>
        new()
        {
            Phone = newer.Phone ?? Phone,
            Bsuid = newer.Bsuid ?? Bsuid,
            Username = newer.Username ?? Username,
            Name = newer.Name ?? Name,
        };
}
