using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Providers;

/// <summary>What tells one provider's webhooks from another's.</summary>
internal interface IProvider
{
    string NewId(Customer customer, MessageDirection direction);

    /// <summary>The webhook of a customer's message.</summary>
    byte[] Message(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        string? quotedAuthor,
        SimulatedFile? file
    );

    /// <summary>Whether customers can change what they wrote, and the business hears of it.</summary>
    bool CanEdit(SimulatedChannel channel);

    /// <summary>Whether customers can take back what they wrote, and the business hears of it.</summary>
    bool CanDelete(SimulatedChannel channel);

    /// <summary>The webhook of a message that its customer has just changed.</summary>
    byte[] Edit(SimulatedChannel channel, Customer customer, TranscriptMessage message);

    /// <summary>The webhook of a message that its customer has just taken back.</summary>
    byte[] Deletion(SimulatedChannel channel, Customer customer, TranscriptMessage message);

    /// <summary>The webhook of what became of the business's message; null where this provider tells nothing.</summary>
    byte[]? Status(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        MessageStatus status,
        DateTimeOffset at,
        GraphError? error
    );

    /// <summary>How the provider proves that the webhook is its own.</summary>
    (string Header, string Value) Proof(SimulatedChannel channel, byte[] body);
}
