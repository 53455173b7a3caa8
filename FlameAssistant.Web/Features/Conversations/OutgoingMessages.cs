using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>What is on its way to the database: on the screen at once, stored one after the other in the order of typing.</summary>
internal sealed class OutgoingMessages(IInboxData data, Guid conversationId)
{
    private readonly List<Outgoing> all = [];
    private Task last = Task.CompletedTask;

    public bool Any => all.Count > 0;

    public void Add(Outgoing sent) => all.Add(sent);

    /// <returns>Null, or why it was not taken; it is then gone from the screen.</returns>
    public Task<Error?> SendAsync(Outgoing sent)
    {
        var mine = SendAfterAsync(last, sent);
        last = mine;
        return mine;
    }

    private async Task<Error?> SendAfterAsync(Task before, Outgoing sent)
    {
        await before;
        var result = await Attempt.RunAsync(() =>
            data.SendAsync(conversationId, sent.Text, CancellationToken.None)
        );
        if (!result.IsOk)
        {
            all.Remove(sent);
            return result.Error;
        }

        sent.Id = result.Value;
        return null;
    }

    /// <summary>What has a row on the screen is no longer on its way.</summary>
    public void Settle(IReadOnlyList<ThreadMessage> known) =>
        all.RemoveAll(sent => sent.Id is { } id && known.Any(message => message.Id == id));

    /// <summary>Those whose own row is not yet among the messages, which a hint may bring before the answer to sending.</summary>
    public IEnumerable<Outgoing> Alone(IReadOnlyList<ThreadMessage> known) =>
        all.Where(sent =>
            !known.Any(message =>
                message.Id == sent.Id
                || (
                    sent.Id is null
                    && message.Seq > sent.After
                    && message.SenderId == data.MeId
                    && message.IsPrivate == sent.Text.IsPrivate
                    && string.Equals(message.Content, sent.Text.Text, StringComparison.Ordinal)
                )
            )
        );
}
