using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace FlameAssistant.Data.Platform;

/// <summary>A numbered script of <c>Sql/Shared</c> or <c>Sql/Tenant</c>, embedded; once released it is never changed.</summary>
internal sealed record SqlScript(int Version, string Name, string Body)
{
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Body)));

    public static IReadOnlyList<SqlScript> Shared { get; } = Load("Sql/Shared/");

    public static IReadOnlyList<SqlScript> Tenant { get; } = Load("Sql/Tenant/");

    private static SqlScript[] Load(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name =>
                {
                    var file = name[folder.Length..^".sql".Length];
                    return new SqlScript(
                        int.Parse(file[..3], CultureInfo.InvariantCulture),
                        file[4..],
                        Read(name)
                    );
                }),
        ];
    }

    /// <summary>Any embedded SQL, by its path.</summary>
    public static string Read(string name)
    {
        using var reader = new StreamReader(
            Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
                ?? throw new ArgumentException($"There is no {name}.", nameof(name))
        );
        return reader.ReadToEnd();
    }
}
