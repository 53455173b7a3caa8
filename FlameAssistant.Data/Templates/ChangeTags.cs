using System.Text.RegularExpressions;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Templates;

/// <summary>Makes a tag, or changes one.</summary>
/// <param name="TagId">Null makes one.</param>
/// <param name="Color"><c>#RRGGBB</c>.</param>
public sealed partial record SaveTag(
    Guid? TagId,
    string Name,
    string Color,
    string? Description = null,
    string Category = "general",
    bool IsActive = true
) : ITenantOperation<Guid>
{
    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.TagsWrite))
        {
            return Error.Forbidden(MemberPermissions.TagsWrite);
        }
        var name = StorableText.Clean(Name).ReplaceLineEndings(" ").Trim();
        var category = StorableText.Clean(Category).Trim();
        if (name.Length is 0 or > 100 || category.Length is 0 or > 50)
        {
            return TagErrors.Name;
        }
        if (!ColorPattern().IsMatch(Color))
        {
            return TagErrors.Color;
        }
        var tag = TagId is { } id
            ? await unit.Db.Tags.SingleOrDefaultAsync(t => t.Id == id, ct)
            : unit.Db.Tags.Add(new Tag { Id = Guid.CreateVersion7(unit.Now), Name = name }).Entity;
        if (tag is null)
        {
            return TagErrors.NotFound;
        }
        await TagNames.LockAsync(unit, ct);
        if (await unit.Db.Tags.AnyAsync(t => t.Name == name && t.Id != tag.Id, ct))
        {
            return TagErrors.Exists(name);
        }
        (tag.Name, tag.Color, tag.Category, tag.IsActive) = (name, Color, category, IsActive);
        tag.Description = StorableText.Clean(Description);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Vocabulary, tag.Id);
        return tag.Id;
    }

    [GeneratedRegex("^#[0-9A-Fa-f]{6}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ColorPattern();
}

/// <summary>Takes a tag off everything and away.</summary>
public sealed record DeleteTag(Guid TagId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.TagsWrite))
        {
            return Error.Forbidden(MemberPermissions.TagsWrite);
        }
        // One by one through the join tables: their triggers keep the conversations' and contacts' own lists.
        await unit.Db.Database.ExecuteSqlAsync(
            $"DELETE FROM conversation_tags WHERE tag_id = {TagId}",
            ct
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"DELETE FROM contact_tags WHERE tag_id = {TagId}",
            ct
        );
        if (await unit.Db.Tags.Where(t => t.Id == TagId).ExecuteDeleteAsync(ct) == 0)
        {
            return TagErrors.NotFound;
        }
        unit.Raise(LiveKinds.Vocabulary, TagId);
        return true;
    }
}

/// <summary>Puts another tag where this one is, and takes this one away.</summary>
public sealed record MergeTags(Guid TagId, Guid IntoId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.TagsWrite))
        {
            return Error.Forbidden(MemberPermissions.TagsWrite);
        }
        if (TagId == IntoId)
        {
            return TagErrors.MergeSame;
        }
        await TagNames.LockAsync(unit, ct);
        if (await unit.Db.Tags.CountAsync(t => t.Id == TagId || t.Id == IntoId, ct) != 2)
        {
            return TagErrors.NotFound;
        }
        var sql = unit.Db.Database;
        await sql.ExecuteSqlAsync(
            $"""
            INSERT INTO conversation_tags (conversation_id, tag_id) SELECT conversation_id, {IntoId} FROM conversation_tags WHERE tag_id = {TagId}
            ON CONFLICT DO NOTHING
            """,
            ct
        );
        await sql.ExecuteSqlAsync(
            $"""
            INSERT INTO contact_tags (contact_id, tag_id) SELECT contact_id, {IntoId} FROM contact_tags WHERE tag_id = {TagId}
            ON CONFLICT DO NOTHING
            """,
            ct
        );
        var deleted = await new DeleteTag(TagId).RunAsync(unit, ct);
        await sql.ExecuteSqlAsync(
            $"""
            UPDATE tags SET usage_count = (SELECT count(*) FROM conversation_tags WHERE tag_id = {IntoId}) WHERE id = {IntoId}
            """,
            ct
        );
        return deleted;
    }
}

internal static class TagNames
{
    /// <summary>Names are looked at before they are given; one after the other, the second sees the first.</summary>
    public static Task LockAsync(TenantUnit unit, CancellationToken ct) =>
        unit.Db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended({"flame:tags:" + unit.Tenant.Id}, 0))",
            ct
        );
}
