using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>Who of the others answered the customer last: the composer warns when that was after a text was begun.</summary>
public sealed record ColleagueAnswers(long LastSeq, string? LastBy)
{
    public static ColleagueAnswers None { get; } = new(0, null);

    public static ColleagueAnswers Of(IReadOnlyList<ThreadMessage> messages, Guid meId) =>
        messages.LastOrDefault(m =>
            m.IsFromMe && !m.IsPrivate && m.SenderId is { } sender && sender != meId
        )
            is { } last
            ? new ColleagueAnswers(last.Seq, last.SenderName)
            : None;
}
