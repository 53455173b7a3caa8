using System.Collections.Frozen;
using System.Text.Json;

namespace FlameAssistant.Data.Members;

/// <summary>
/// Single permissions that a member has, or has not, beside what their role says: <c>tenant_users.permissions</c>, an
/// object of names with true (given) or false (taken).
/// </summary>
public static class PermissionChanges
{
    /// <summary>What the column holds for who has exactly what the role says.</summary>
    public const string None = "{}";

    /// <summary>Ownership is handed over, never given as a permission; the platform is no tenant's to give.</summary>
    public static IReadOnlySet<string> Changeable { get; } =
        MemberPermissions
            .Every.Except([MemberPermissions.Ownership, MemberPermissions.PlatformManage])
            .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whatever else a script may have written there gives nothing and takes nothing.</summary>
    public static IReadOnlyDictionary<string, bool> Read(string json)
    {
        var changes = new Dictionary<string, bool>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            foreach (var entry in document.RootElement.EnumerateObject())
            {
                if (
                    entry.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    && Changeable.Contains(entry.Name)
                )
                {
                    changes[entry.Name] = entry.Value.ValueKind == JsonValueKind.True;
                }
            }
        }
        return changes;
    }

    /// <summary>What must be noted so that somebody of this role may do exactly the given.</summary>
    public static string Between(IReadOnlySet<string> role, IReadOnlySet<string> wanted) =>
        JsonSerializer.Serialize(
            Changeable
                .Where(name => role.Contains(name) != wanted.Contains(name))
                .Order(StringComparer.Ordinal)
                .ToDictionary(name => name, wanted.Contains, StringComparer.Ordinal)
        );
}
