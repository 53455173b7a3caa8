using System.Globalization;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

public sealed record FoundConversation(long Number, string ContactName, string Status);

public static class FindConversations
{
    private const int Looked = 500;
    private const int Shown = 6;

    /// <summary>
    /// For jumping to one: by its number, or by the contact's name among the latest. Row-level security keeps name indexes
    /// out of use, so the look is bounded; the inbox's search finds the rest.
    /// </summary>
    public static async Task<IReadOnlyList<FoundConversation>> FindConversationsAsync(
        this TenantUnit unit,
        string text,
        CancellationToken ct
    )
    {
        var wanted = text.Trim().TrimStart('#');
        if (wanted.Length == 0 || !unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return [];
        }
        var number = long.TryParse(wanted, CultureInfo.InvariantCulture, out var n) ? n : -1;
        var pattern = $"%{wanted.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";
        var visible = await ConversationAccess.VisibleAsync(unit, ct);
        return await (
            from c in visible
                .Where(c => c.Number == number)
                .Union(visible.OrderByDescending(c => c.LastMessageAt).Take(Looked))
            join contact in unit.Db.Contacts on c.ContactId equals contact.Id
            where c.Number == number || EF.Functions.ILike(contact.Name!, pattern)
            orderby c.Number == number descending, c.LastMessageAt descending
            select new FoundConversation(c.Number, contact.Name!, c.Status)
        )
            .Take(Shown)
            .ToListAsync(ct);
    }
}
