using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>
/// A name in WhatsApp's own network: <c>user@server</c>. One person has two, by number and by LID, and gateways write the
/// server of a number in two ways.
/// </summary>
internal readonly record struct Jid(string User, string Server)
{
    private const string Number = "s.whatsapp.net";
    private const string NumberOfWaha = "c.us";
    private const string Hidden = "lid";
    private const string Group = "g.us";
    private const int Longest = 200;

    public bool IsNumber => Server is Number or NumberOfWaha;
    public bool IsLid => Server == Hidden;
    public bool IsGroup => Server == Group;

    /// <summary>Whether one writes with it; the others are statuses, newsletters and lists.</summary>
    public bool IsConversation => IsNumber || IsLid || IsGroup;

    /// <summary>As WAHA writes it.</summary>
    public string ForWaha => $"{User}@{(IsNumber ? NumberOfWaha : Server)}";

    /// <summary>As WhatsApp itself, and Evolution, write it.</summary>
    public string ForWhatsApp => $"{User}@{(IsNumber ? Number : Server)}";

    public InboundIdentity Identity =>
        new(
            IsGroup ? IdentityKinds.Group
                : IsLid ? IdentityKinds.Lid
                : IdentityKinds.WaId,
            IsGroup ? ForWhatsApp : User
        );

    /// <returns>Null for what is no such name.</returns>
    public static Jid? Parse(string? text)
    {
        var at = text?.IndexOf('@', StringComparison.Ordinal) ?? -1;
        if (text is not { Length: <= Longest } || at <= 0 || at == text.Length - 1)
        {
            return null;
        }
        var (user, server) = (text[..at], text[(at + 1)..]);
        // What follows a colon or a dot is one of the person's devices.
        var device = user.AsSpan().IndexOfAny(':', '.');
        user = device > 0 ? user[..device] : user;
        var jid = new Jid(user, server);
        return !jid.IsConversation || user.All(c => char.IsAsciiDigit(c) || c == '-') ? jid : null;
    }

    /// <summary>Where a contact is reached: by the group, the number, or what hides it.</summary>
    public static Jid? Of(IReadOnlyList<InboundIdentity> identities) =>
        Of(identities, IdentityKinds.Group)
        ?? Of(identities, IdentityKinds.WaId)
        ?? Of(identities, IdentityKinds.Lid);

    public static Jid? Of(InboundIdentity identity) => Of([identity]);

    private static Jid? Of(IReadOnlyList<InboundIdentity> identities, string kind) =>
        identities.FirstOrDefault(i => i.Kind == kind)?.Value is { } value
            ? kind switch
            {
                IdentityKinds.Group => Parse(value),
                IdentityKinds.Lid => new Jid(value, Hidden),
                _ => new Jid(value, Number),
            }
            : null;
}
