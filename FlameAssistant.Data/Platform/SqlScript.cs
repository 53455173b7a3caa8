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
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                    var file = name[folder.Length..^".sql".Length];
                    return new SqlScript(
                        int.Parse(file[..3], CultureInfo.InvariantCulture),
                        file[4..],
                        reader.ReadToEnd()
                    );
                }),
        ];
    }
}
