using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>What joining a contact into another moved and changed; kept as JSON with the merge, read again to undo it.</summary>
internal sealed record ContactMerge
{
    public List<Guid> Identities { get; init; } = [];
    public List<Guid> Conversations { get; init; } = [];

    /// <summary>Resolved since there may be one open conversation per channel only, with what they were.</summary>
    public List<ClosedByMerge> Closed { get; init; } = [];
    public List<Guid> Tags { get; init; } = [];
    public List<Guid> Notes { get; init; } = [];

    /// <summary>Of the kept contact: name, phone, email, blocked, consent.</summary>
    public Dictionary<string, ChangedByMerge> Values { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Of the kept contact, by key, as JSON.</summary>
    public Dictionary<string, ChangedByMerge> Fields { get; init; } = new(StringComparer.Ordinal);

    public int Interactions { get; init; }

    public static async Task WriteAsync(
        TenantUnit unit,
        Guid keep,
        Guid other,
        ContactMerge merge,
        CancellationToken ct
    )
    {
        Guid? actor = unit.Actor.Id == Guid.Empty ? null : unit.Actor.Id;
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO contact_merges (id, kept_id, other_id, actor_kind, actor_id, moved, merged_at)
            VALUES ({Guid.CreateVersion7(unit.Now)}, {keep}, {other}, {unit.Actor.Kind}, {actor}, {JsonSerializer.Serialize(
                merge
            )}::jsonb, {unit.Now})
            """,
            ct
        );
    }
}

internal sealed record ClosedByMerge(Guid Id, string Status);

internal sealed record ChangedByMerge(string? Before, string? After);

/// <summary>Of a contact, what a merge looks at.</summary>
internal sealed record MergedValues(
    Guid Id,
    string? Name,
    string? Phone,
    string? Email,
    bool IsBlocked,
    string CustomFields,
    int InteractionCount
)
{
    public JsonObject Fields => JsonNode.Parse(CustomFields)!.AsObject();
}
