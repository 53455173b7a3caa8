namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>A copy of a conversation at one moment.</summary>
public sealed record Conversation(
    string Channel,
    Customer Customer,
    IReadOnlyList<TranscriptMessage> Messages
);
