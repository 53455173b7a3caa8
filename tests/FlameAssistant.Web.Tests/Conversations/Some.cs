using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Web.Features.Conversations;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>Plausible records; a test names only what it is about.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    public static InboxChange Change(string kind, Guid subject = default, long seq = 0) =>
        InboxChange.Of(new LiveEvent(Guid.NewGuid(), kind, subject, seq));

    public static ConversationRow Row(
        long number,
        string name = "Lucía Fernández",
        string preview = "Hola",
        long unread = 0,
        DateTimeOffset? waitingSince = null
    ) =>
        new(
            Guid.CreateVersion7(),
            number,
            Guid.CreateVersion7(),
            name,
            Guid.CreateVersion7(),
            "whatsapp",
            "Sales",
            ConversationStatuses.Open,
            "normal",
            Noon.AddMinutes(-number),
            preview,
            "inbound",
            "text",
            waitingSince,
            unread,
            AssignedTo: null,
            AssigneeName: null
        );

    public static ConversationDetails Details(DateTimeOffset? windowExpiresAt = null) =>
        new(
            Guid.CreateVersion7(),
            7,
            ConversationStatuses.Open,
            "normal",
            AssignedTo: null,
            AssigneeName: null,
            windowExpiresAt ?? Noon.AddHours(20),
            Noon.AddDays(-1),
            InboundSeq: 1,
            new ChannelCard(Guid.CreateVersion7(), "whatsapp", "Sales", "active"),
            new ContactCard(
                Guid.CreateVersion7(),
                "Lucía Fernández",
                "+34612345678",
                Email: null,
                IsBlocked: false,
                Noon.AddDays(-30),
                Noon,
                ConversationCount: 2,
                [new ContactIdentityView("wa_id", "34612345678")]
            ),
            [new TagChip(Guid.CreateVersion7(), "VIP", "#c2410c")]
        );

    public static ThreadMessage Inbound(long seq, string content) =>
        new(
            Guid.CreateVersion7(),
            seq,
            "contact",
            SenderId: null,
            "Lucía Fernández",
            IsFromMe: false,
            IsPrivate: false,
            "text",
            content,
            MessageStatuses.Received,
            ErrorMessage: null,
            Noon.AddMinutes(-30).AddSeconds(seq),
            UnknownSince: null,
            EditedAt: null,
            DeletedAt: null,
            Quote: null
        );

    public static ThreadMessage Outbound(long seq, string content, string status) =>
        Inbound(seq, content) with
        {
            SenderType = "user",
            SenderName = "Bruno",
            SenderId = Guid.CreateVersion7(),
            IsFromMe = true,
            Status = status,
        };
}
