using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

/// <param name="Key">Of this text: sending the same text again after an error sends it once.</param>
public sealed record OutgoingText(string Text, bool IsPrivate, string Key);

/// <summary>A message on the screen that is on its way to the database.</summary>
/// <param name="After">The newest message when it was written.</param>
public sealed record Outgoing(OutgoingText Text, Guid MeId, DateTimeOffset At, long After)
{
    /// <summary>The row's id, once it has one.</summary>
    public Guid? Id { get; set; }

    public ThreadMessage AsMessage { get; } =
        new(
            Guid.NewGuid(),
            long.MaxValue,
            "user",
            MeId,
            SenderName: null,
            IsFromMe: true,
            Text.IsPrivate,
            "text",
            Text.Text,
            MessageStatuses.Pending,
            ErrorMessage: null,
            At,
            UnknownSince: null,
            EditedAt: null,
            DeletedAt: null,
            Quote: null
        );
}
