using FlameAssistant.Simulator.Providers;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Tells the business what became of its messages: sent, delivered, read or failed.</summary>
internal sealed class StatusReports(
    SimulatorOptions options,
    SimulatorState state,
    OpenPages pages,
    WebhookLanes lanes,
    ProviderList providers
)
{
    /// <summary>The whole climb, at the usual pace.</summary>
    public async Task ClimbAsync(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message
    )
    {
        var running = lanes.Running;
        try
        {
            await PauseAsync(running);
            _ = Report(channel, customer, message, MessageStatus.Sent);
            await PauseAsync(running);
            _ = Report(channel, customer, message, MessageStatus.Delivered);
            await ReadWhenSeenAsync(channel, customer, message, running);
        }
        catch (OperationCanceledException)
        {
            // Wiped or stopping: nobody waits for the rest.
        }
    }

    /// <summary>Sent and delivered without a pause; ends when the business took both.</summary>
    public async Task OvertakeAsync(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message
    )
    {
        await Task.WhenAll(
            Report(channel, customer, message, MessageStatus.Sent),
            Report(channel, customer, message, MessageStatus.Delivered)
        );
    }

    public async Task ReadWhenSeenAsync(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message
    )
    {
        try
        {
            await ReadWhenSeenAsync(channel, customer, message, lanes.Running);
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
    }

    public async Task FailAsync(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        GraphError error
    )
    {
        try
        {
            await PauseAsync(lanes.Running);
            _ = Report(channel, customer, message, MessageStatus.Failed, error);
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
    }

    /// <summary>The customer opened the conversation: all that lies there delivered is read.</summary>
    public void PageOpened(string channelId, string from)
    {
        if (
            state.Channels.Find(channelId) is not { } channel
            || state.Conversations.Find(channelId, from) is not { } conversation
        )
        {
            return;
        }

        foreach (
            var message in conversation.Messages.Where(m =>
                m is { Direction: MessageDirection.Out, Status: MessageStatus.Delivered }
            )
        )
        {
            _ = Report(channel, conversation.Customer, message, MessageStatus.Read);
        }
    }

    private async Task ReadWhenSeenAsync(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        CancellationToken running
    )
    {
        await PauseAsync(running);
        if (options.AutoRead || pages.IsOpen(channel.PhoneNumberId, customer))
        {
            _ = Report(channel, customer, message, MessageStatus.Read);
        }
    }

    private Task<bool> Report(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        MessageStatus status,
        GraphError? error = null
    )
    {
        var note = error is null ? null : $"{error.CodeText}: {error.Title}";
        if (!state.Conversations.Advance(message.Wamid, status, note))
        {
            return Task.FromResult(false);
        }

        return
            providers
                .Of(channel)
                .Status(channel, customer, message, status, options.Clock.GetUtcNow(), error)
                is { } body
            ? lanes.Enqueue(channel.PhoneNumberId, customer, body)
            : Task.FromResult(true);
    }

    private Task PauseAsync(CancellationToken ct) =>
        Task.Delay(options.StatusDelay, options.Clock, ct);
}
