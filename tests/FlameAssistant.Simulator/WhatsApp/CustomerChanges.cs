using FlameAssistant.Simulator.Providers;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>A customer changes or takes back what they wrote, where the provider has such a thing.</summary>
internal sealed class CustomerChanges(
    SimulatorOptions options,
    SimulatorState state,
    WebhookLanes lanes,
    ProviderList providers
)
{
    private sealed record NewText(string? Text);

    public static void Map(IEndpointRouteBuilder app)
    {
        const string Message = "/simulator/channels/{id}/messages/{messageId}";
        app.MapPut(
            Message,
            (string id, string messageId, NewText written, CustomerChanges changes) =>
                changes.Edit(id, messageId, written.Text ?? "")
        );
        app.MapDelete(
            Message,
            (string id, string messageId, CustomerChanges changes) => changes.Delete(id, messageId)
        );
    }

    private IResult Edit(string id, string messageId, string text) =>
        OfCustomer(
            id,
            messageId,
            (channel, customer, message) =>
            {
                var provider = providers.Of(channel);
                var problem =
                    !provider.CanEdit(channel)
                        ? $"{channel.Type} tells no business that a customer changed a message."
                    : message.File is not null || message.Chosen is not null
                        ? "Only a text can be changed, not a file or a pressed button."
                    : CustomerApi.TextProblem(text);
                return problem is not null
                    ? Wrong.Input(problem)
                    : Change(
                        channel,
                        customer,
                        messageId,
                        m =>
                            m with
                            {
                                Text = text,
                                EditedAt = options.Clock.GetUtcNow(),
                                Edits = m.Edits + 1,
                            },
                        provider.Edit
                    );
            }
        );

    private IResult Delete(string id, string messageId) =>
        OfCustomer(
            id,
            messageId,
            (channel, customer, _) =>
            {
                var provider = providers.Of(channel);
                return provider.CanDelete(channel)
                    ? Change(
                        channel,
                        customer,
                        messageId,
                        m => m with { DeletedAt = options.Clock.GetUtcNow() },
                        provider.Deletion
                    )
                    : Wrong.Input(
                        $"{channel.Type} tells no business that a customer took a message back."
                    );
            }
        );

    private IResult OfCustomer(
        string id,
        string messageId,
        Func<SimulatedChannel, Customer, TranscriptMessage, IResult> change
    )
    {
        if (state.Channels.Find(id) is not { } channel)
        {
            return Wrong.Channel(id);
        }

        if (
            state.Conversations.FindMessage(messageId) is not { } found
            || found.Conversation.Channel != id
        )
        {
            return Results.NotFound(new { error = $"No message {messageId} in channel {id}." });
        }

        return found.Message.Direction == MessageDirection.In
            ? change(channel, found.Conversation.Customer, found.Message)
            : Wrong.Input("Customers change and take back only what they wrote themselves.");
    }

    private IResult Change(
        SimulatedChannel channel,
        Customer customer,
        string messageId,
        Func<TranscriptMessage, TranscriptMessage> change,
        Func<SimulatedChannel, Customer, TranscriptMessage, byte[]> webhook
    )
    {
        if (state.Conversations.Change(messageId, change) is not { } changed)
        {
            return Results.Conflict(new { error = "The message is taken back already." });
        }

        _ = lanes.Enqueue(channel.PhoneNumberId, customer, webhook(channel, customer, changed));
        return Results.Ok(changed);
    }
}
