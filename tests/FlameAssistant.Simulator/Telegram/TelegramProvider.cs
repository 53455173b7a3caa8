using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Telegram;

/// <summary>The updates of a bot. Telegram tells nothing of what becomes of the bot's own messages.</summary>
internal sealed class TelegramProvider(SimulatorState state) : IProvider
{
    public const string SecretHeader = "X-Telegram-Bot-Api-Secret-Token";
    private const string Private = "private";

    private static readonly JsonSerializerOptions Wire = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private int _messages = 1000;
    private int _updates = 700_000_000;

    /// <summary>Unique in its chat only, so the chat is part of the name here.</summary>
    public string NewId(Customer customer, MessageDirection direction) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{customer.From}:{Interlocked.Increment(ref _messages)}"
        );

    public byte[] Message(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        string? quotedAuthor,
        SimulatedFile? file
    )
    {
        var said = Head(customer, message.Wamid, message.At, Person(customer));
        if (file is null)
        {
            said["text"] = message.Text;
        }
        else
        {
            AddFile(said, message, file);
        }

        if (message.ReplyTo is { } quoted && state.Conversations.FindMessage(quoted) is { } found)
        {
            var reply = Head(
                customer,
                quoted,
                found.Message.At,
                found.Message.Direction == MessageDirection.In ? Person(customer) : Bot(channel)
            );
            reply["text"] = found.Message.Text;
            said["reply_to_message"] = reply;
        }

        return Update("message", said);
    }

    public bool CanEdit(SimulatedChannel channel) => true;

    /// <summary>People can delete, but no bot is told.</summary>
    public bool CanDelete(SimulatedChannel channel) => false;

    public byte[] Edit(SimulatedChannel channel, Customer customer, TranscriptMessage message)
    {
        var said = Head(customer, message.Wamid, message.At, Person(customer));
        said["edit_date"] = message.EditedAt!.Value.ToUnixTimeSeconds();
        said["text"] = message.Text;
        return Update("edited_message", said);
    }

    public byte[] Deletion(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message
    ) => throw new NotSupportedException();

    public byte[]? Status(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        MessageStatus status,
        DateTimeOffset at,
        GraphError? error
    ) => null;

    public (string Header, string Value) Proof(SimulatedChannel channel, byte[] body) =>
        (SecretHeader, channel.AppSecret);

    /// <summary>A message as the Bot API answers with it.</summary>
    public static JsonObject Sent(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message
    )
    {
        var sent = Head(customer, message.Wamid, message.At, Bot(channel));
        sent[message.File is null ? "text" : "caption"] = message.Text;
        return sent;
    }

    public static JsonObject Bot(SimulatedChannel channel) =>
        new()
        {
            ["id"] = long.Parse(channel.PhoneNumberId, CultureInfo.InvariantCulture),
            ["is_bot"] = true,
            ["first_name"] = channel.Name,
            ["username"] = "flame_bot",
        };

    private byte[] Update(string kind, JsonObject what) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["update_id"] = Interlocked.Increment(ref _updates), [kind] = what },
            Wire
        );

    private static JsonObject Head(Customer customer, string id, DateTimeOffset at, JsonObject from)
    {
        var chat = Names(customer);
        chat["type"] = Private;
        return new JsonObject
        {
            ["message_id"] = int.Parse(
                id.AsSpan(id.LastIndexOf(':') + 1),
                CultureInfo.InvariantCulture
            ),
            ["from"] = from,
            ["chat"] = chat,
            ["date"] = at.ToUnixTimeSeconds(),
        };
    }

    private static JsonObject Person(Customer customer)
    {
        var person = Names(customer);
        person["is_bot"] = false;
        return person;
    }

    private static JsonObject Names(Customer customer)
    {
        var name = customer.Name ?? customer.From;
        var cut = name.IndexOf(' ', StringComparison.Ordinal);
        var names = new JsonObject
        {
            ["id"] = long.Parse(customer.From, CultureInfo.InvariantCulture),
            ["first_name"] = cut < 0 ? name : name[..cut],
        };
        if (cut > 0)
        {
            names["last_name"] = name[(cut + 1)..];
        }

        if (customer.Username is not null)
        {
            names["username"] = customer.Username;
        }

        return names;
    }

    private static void AddFile(JsonObject said, TranscriptMessage message, SimulatedFile file)
    {
        if (message.Text.Length > 0)
        {
            said["caption"] = message.Text;
        }

        var described = new JsonObject
        {
            ["file_id"] = file.Id,
            ["file_unique_id"] = "u" + file.Id,
            ["file_size"] = file.Content.Length,
        };
        if (file.Kind == "image")
        {
            described["width"] = 1280;
            described["height"] = 960;
            said["photo"] = new JsonArray(described);
            return;
        }

        described["mime_type"] = file.ContentType;
        described["file_name"] = file.FileName;
        said[file.ContentType == "audio/ogg" ? "voice" : file.Kind] = described;
    }
}
