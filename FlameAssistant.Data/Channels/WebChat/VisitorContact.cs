using FlameAssistant.Data.Live;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels.WebChat;

/// <summary>What a visitor told of themselves, on their contact: it fills what is empty and changes nothing an agent wrote.</summary>
internal static class VisitorContact
{
    private const int MinDigits = 6;

    public static async Task CompleteAsync(
        TenantUnit unit,
        Guid channelId,
        VisitorRow visitor,
        CancellationToken ct
    )
    {
        var phone = Digits(visitor.Phone);
        if (visitor.Name is null && visitor.Email is null && phone is null)
        {
            return;
        }
        var (here, english) = (visitor.Nickname("es"), visitor.Nickname("en"));
        var changed = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE contacts c SET
              name = CASE WHEN c.name IS NULL OR c.name IN ({here}, {english}) THEN coalesce({visitor.Name}, c.name) ELSE c.name END,
              email = coalesce(c.email, {visitor.Email}), phone = coalesce(c.phone, {phone})
              FROM contact_identities i
             WHERE i.channel_id = {channelId} AND i.kind = 'visitor' AND i.value = {visitor.Id.ToString(
                "D"
            )} AND c.id = i.contact_id
               AND (({visitor.Name}::text IS NOT NULL AND (c.name IS NULL OR c.name IN ({here}, {english})))
                 OR (c.email IS NULL AND {visitor.Email}::text IS NOT NULL) OR (c.phone IS NULL AND {phone}::text IS NOT NULL))
            """,
            ct
        );
        if (
            changed > 0
            && await VisitorQueries.ConversationOfAsync(unit, channelId, visitor.Id, ct)
                is { } conversation
        )
        {
            unit.Raise(LiveKinds.Conversation, conversation);
        }
    }

    /// <summary>As typed, without what stands between the digits; null for what is no number.</summary>
    private static string? Digits(string? phone)
    {
        if (phone is null)
        {
            return null;
        }
        var digits = string.Concat(phone.Where(char.IsAsciiDigit));
        return digits.Length < MinDigits ? null
            : phone.TrimStart().StartsWith('+') ? "+" + digits
            : digits;
    }
}
