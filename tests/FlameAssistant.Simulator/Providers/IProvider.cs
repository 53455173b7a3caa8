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
