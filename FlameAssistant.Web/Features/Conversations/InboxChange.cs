using FlameAssistant.Data.Live;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>What may have changed since an inbox last asked: the hints that gathered, as few questions as possible.</summary>
public sealed class InboxChange
{
    // From so many on, asking for a page costs less than asking for each.
    private const int MostConversations = 20;
    private const int MostMessages = 20;

    private readonly Dictionary<Guid, SortedSet<long>?> conversations = [];
    private readonly HashSet<Guid> read = [];

    /// <summary>Any conversation may have changed.</summary>
    public bool IsAny { get; private set; }

    /// <summary>What menus and filters are made of may have changed.</summary>
    public bool HasWords { get; private set; }

    /// <summary>Who is there may have changed.</summary>
    public bool HasPeople { get; private set; }

    /// <summary>Which ones changed, where not any may have.</summary>
    public IReadOnlyCollection<Guid> Conversations => IsAny ? [] : conversations.Keys;

    public static InboxChange Any() => new() { IsAny = true };

    public static InboxChange Of(LiveEvent live)
    {
        var change = new InboxChange();
        change.Add(live);
        return change;
    }

    /// <returns>The places of the messages that changed; null when anything of the conversation may have.</returns>
    public IReadOnlyCollection<long>? MessagesOf(Guid conversation) =>
        IsAny ? null : conversations.GetValueOrDefault(conversation);

    public bool Touches(Guid conversation) => IsAny || conversations.ContainsKey(conversation);

    public void Add(LiveEvent live)
    {
        switch (live.Kind)
        {
            case LiveKinds.Message:
                AddMessage(live.SubjectId, live.Seq);
                break;
            case LiveKinds.Conversation:
                AddConversation(live.SubjectId);
                break;
            case LiveKinds.Availability:
                HasPeople = true;
                break;
            case LiveKinds.Vocabulary or LiveKinds.Member or LiveKinds.Channel or LiveKinds.Resync:
                (HasWords, IsAny) = (true, true);
                break;
            default:
                IsAny = true;
                break;
        }
    }

    /// <summary>What came before may have been missed.</summary>
    public void AddEverything() => (HasWords, HasPeople, IsAny) = (true, true, true);

    /// <summary>The member has read further, on any of their screens: their row of it changed, and no message.</summary>
    public void AddRead(Guid conversation)
    {
        read.Add(conversation);
        AddRow(conversation);
    }

    /// <summary>Nothing but messages: what is the member's own of the row is as it was.</summary>
    public bool IsMessagesOnly(Guid conversation) =>
        MessagesOf(conversation) is { Count: > 0 } && !read.Contains(conversation);

    private void AddRow(Guid conversation)
    {
        conversations.TryAdd(conversation, []);
        IsAny |= conversations.Count > MostConversations;
    }

    private void AddConversation(Guid conversation)
    {
        conversations[conversation] = null;
        IsAny |= conversations.Count > MostConversations;
    }

    private void AddMessage(Guid conversation, long seq)
    {
        AddRow(conversation);
        if (conversations[conversation] is { } seqs && seqs.Add(seq) && seqs.Count > MostMessages)
        {
            conversations[conversation] = null;
        }
    }
}
