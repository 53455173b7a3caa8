using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Messenger;

/// <summary>The webhooks of Messenger and Instagram.</summary>
internal sealed class MessengerProvider(SimulatorState state) : IProvider
{
    /// <summary>The number of the app that sends for the business.</summary>
    public const long AppId = 1517776481860111;

    public string NewId(Customer customer, MessageDirection direction) =>
        $"m_{RandomNumberGenerator.GetHexString(32, lowercase: true)}";

    public byte[] Message(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        string? quotedAuthor,
        SimulatedFile? file
    )
    {
        var said = Said(message, file);
        if (message.ReplyTo is not null)
        {
            said["reply_to"] = new JsonObject { ["mid"] = message.ReplyTo };
        }

        return Wrap(channel, customer, message.At, "message", said);
    }

    /// <summary>Messenger tells of changes, and Instagram of what is taken back; neither of the other.</summary>
    public bool CanEdit(SimulatedChannel channel) => channel.Type == ChannelKinds.Messenger;

    public bool CanDelete(SimulatedChannel channel) => channel.Type == ChannelKinds.Instagram;

    public byte[] Edit(SimulatedChannel channel, Customer customer, TranscriptMessage message) =>
        Wrap(
            channel,
            customer,
            message.EditedAt!.Value,
            "message_edit",
            new JsonObject
            {
                ["mid"] = message.Wamid,
                ["text"] = message.Text,
                ["num_edit"] = message.Edits,
            }
        );

    public byte[] Deletion(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message
    ) =>
        Wrap(
            channel,
            customer,
            message.DeletedAt!.Value,
            "message",
            new JsonObject { ["mid"] = message.Wamid, ["is_deleted"] = true }
        );

    public byte[]? Status(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        MessageStatus status,
        DateTimeOffset at,
        GraphError? error
    )
    {
        var isMessenger = channel.Type == ChannelKinds.Messenger;
        return status switch
        {
            MessageStatus.Sent => Echo(channel, customer, message, isMessenger),
            MessageStatus.Delivered when isMessenger => Wrap(
                channel,
                customer,
                at,
                "delivery",
                new JsonObject
                {
                    ["mids"] = new JsonArray(message.Wamid),
                    ["watermark"] = at.ToUnixTimeMilliseconds(),
                }
            ),
            MessageStatus.Read => Wrap(
                channel,
                customer,
                at,
                "read",
                isMessenger
                    ? new JsonObject { ["watermark"] = at.ToUnixTimeMilliseconds() }
                    : new JsonObject { ["mid"] = message.Wamid }
            ),
            _ => null,
        };
    }

    public (string Header, string Value) Proof(SimulatedChannel channel, byte[] body) =>
        (MetaSignature.Header, MetaSignature.Of(body, channel.AppSecret));

    /// <summary>What the business sent comes back: on Messenger with the app's number and its own words.</summary>
    private byte[] Echo(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        bool isMessenger
    )
    {
        var said = Said(message, message.File is { } file ? state.Media.Find(file.Id) : null);
        said["is_echo"] = true;
        if (isMessenger)
        {
            said["app_id"] = AppId;
            if (message.CallbackData is not null)
            {
                said["metadata"] = message.CallbackData;
            }
        }

        return Wrap(channel, customer, message.At, "message", said, isEcho: true);
    }

    private JsonObject Said(TranscriptMessage message, SimulatedFile? file)
    {
        var said = new JsonObject { ["mid"] = message.Wamid };
        if (message.Text.Length > 0)
        {
            said["text"] = message.Text;
        }

        if (file is not null)
        {
            said["attachments"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = file.Kind == "document" ? "file" : file.Kind,
                    ["payload"] = new JsonObject
                    {
                        ["url"] =
                            $"{state.Origin}/simulator/files/{file.Id}/{Uri.EscapeDataString(file.FileName ?? "file")}",
                    },
                }
            );
        }

        return said;
    }

    private static byte[] Wrap(
        SimulatedChannel channel,
        Customer customer,
        DateTimeOffset at,
        string kind,
        JsonObject what,
        bool isEcho = false
    )
    {
        var business = new JsonObject { ["id"] = channel.PhoneNumberId };
        var person = new JsonObject { ["id"] = customer.From };
        return MetaJson.Write(
            new JsonObject
            {
                ["object"] = channel.Type == ChannelKinds.Messenger ? "page" : "instagram",
                ["entry"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = channel.PhoneNumberId,
                        ["time"] = at.ToUnixTimeMilliseconds(),
                        ["messaging"] = new JsonArray(
                            new JsonObject
                            {
                                ["sender"] = isEcho ? business : person,
                                ["recipient"] = isEcho ? person : business,
                                ["timestamp"] = at.ToUnixTimeMilliseconds(),
                                [kind] = what,
                            }
                        ),
                    }
                ),
            }
        );
    }
}
