using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>
/// Where conversations stood when this inbox last heard of them. A message more in one that stands where it stood, and is not the
/// member's own, changes no counter: nothing is counted for it.
/// </summary>
internal sealed class InboxStandings
{
    private const int Most = 500;

    private readonly Dictionary<Guid, ConversationStanding> known = [];

    /// <returns>Whether the change may have moved a counter. In doubt it has.</returns>
    public bool Moves(InboxChange change, InboxNews news, Guid me)
    {
        var moves = false;
        foreach (var id in change.Conversations)
        {
            if (!news.Standings.TryGetValue(id, out var now))
            {
                // Gone, not to be seen any more, or nobody said.
                known.Remove(id);
                moves = true;
                continue;
            }
            moves |=
                !change.IsMessagesOnly(id)
                || now.AssignedTo == me
                || !known.TryGetValue(id, out var before)
                || before != now;
            if (known.Count >= Most)
            {
                known.Clear();
            }
            known[id] = now;
        }
        return moves;
    }
}
