using FlameAssistant.Simulator.Providers;

namespace FlameAssistant.Simulator.WhatsApp;

internal sealed class WhatsAppProvider : IProvider
{
    public string NewId(Customer customer, MessageDirection direction) =>
        Wamid.New(customer, direction);

    public byte[] Message(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        string? quotedAuthor,
        SimulatedFile? file
    ) => WebhookBody.Message(channel, customer, message, quotedAuthor, file);

    public bool CanEdit(SimulatedChannel channel) => true;

    public bool CanDelete(SimulatedChannel channel) => true;

    public byte[] Edit(SimulatedChannel channel, Customer customer, TranscriptMessage message) =>
        WebhookBody.Edit(channel, customer, message, NewId(customer, MessageDirection.In));

    public byte[] Deletion(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message
    ) => WebhookBody.Revocation(channel, customer, message, NewId(customer, MessageDirection.In));

    public byte[] Status(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        MessageStatus status,
        DateTimeOffset at,
        GraphError? error
    ) =>
        WebhookBody.Status(
            channel,
            customer,
            message,
            status switch
            {
                MessageStatus.Sent => "sent",
                MessageStatus.Delivered => "delivered",
                MessageStatus.Read => "read",
                _ => "failed",
            },
            at,
            error
        );

    public (string Header, string Value) Proof(SimulatedChannel channel, byte[] body) =>
        (MetaSignature.Header, MetaSignature.Of(body, channel.AppSecret));
}
