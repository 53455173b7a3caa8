using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Platform;

/// <summary>One key of the Data Protection key ring, wrapped by the master key.</summary>
public sealed class KeyRingElement
{
    public int Id { get; set; }
    public string? FriendlyName { get; set; }
    public required string Xml { get; set; }
}

internal sealed class KeyRingElementConfiguration
    : IEntityTypeConfiguration<KeyRingElement>,
        IPlatformMapping
{
    public void Configure(EntityTypeBuilder<KeyRingElement> builder) =>
        builder.ToTable("data_protection_keys", "shared");
}

/// <summary>Keeps the key ring in <c>shared.data_protection_keys</c>, so that every node opens what another has sealed.</summary>
public sealed class KeyRingRepository(IDbContextFactory<PlatformDb> platform) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = platform.CreateDbContext();
        return
        [
            .. db
                .KeyRing.AsNoTracking()
                .OrderBy(k => k.Id)
                .Select(k => k.Xml)
                .AsEnumerable()
                .Select(xml => XElement.Parse(xml)),
        ];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var db = platform.CreateDbContext();
        db.KeyRing.Add(
            new KeyRingElement
            {
                FriendlyName = friendlyName,
                Xml = element.ToString(SaveOptions.DisableFormatting),
            }
        );
        db.SaveChanges();
    }
}
