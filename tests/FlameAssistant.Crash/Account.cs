using FlameAssistant.Data.Channels;

namespace FlameAssistant.Crash;

/// <summary>One channel under fire, and what its provider knows it by.</summary>
internal sealed record Account(string Type, string Id, string Token, string Secret)
{
    /// <summary>Customers of each channel.</summary>
    public const int Customers = 60;

    public static readonly IReadOnlyList<Account> All =
    [
        new(ChannelTypes.WhatsApp, "700000000000001", "whatsapp-token", "whatsapp-secret"),
        new(ChannelTypes.Messenger, "700000000000002", "messenger-token", "messenger-secret"),
        new(ChannelTypes.Instagram, "700000000000003", "instagram-token", "instagram-secret"),
        new(ChannelTypes.Telegram, "700000004", "700000004:telegram-token", "telegram-secret"),
        new(ChannelTypes.WebChat, "", "", ""),
    ];

    public Guid ChannelId { get; set; }

    /// <summary>The name by which the provider knows a customer: a number, as all of them do it.</summary>
    public string CustomerOf(int number) =>
        Type == ChannelTypes.WhatsApp ? $"5511955{number:000000}" : $"61{Id[^1]}000{number:000000}";
}

/// <summary>What a customer writes: its text names it for ever after.</summary>
internal sealed record Question(int Number, Account Account, int Customer)
{
    public string Text => $"question {Number:000000}";

    /// <summary>The provider's own name of it.</summary>
    public string ExternalId => $"{Account.Type}.q{Number:000000}";
}

/// <summary>What an agent writes.</summary>
internal sealed record Answer(int Number, Guid MessageId, Guid ConversationId, string Type)
{
    public string Text => TextOf(Number);

    public static string TextOf(int number) => $"answer {number:000000}";
}
