using FlameAssistant.Simulator.Evolution;
using FlameAssistant.Simulator.Messenger;
using FlameAssistant.Simulator.Telegram;
using FlameAssistant.Simulator.Waha;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Providers;

/// <summary>Who plays which type of channel.</summary>
internal sealed class ProviderList(SimulatorState state)
{
    private readonly Dictionary<string, IProvider> _byType = new(StringComparer.Ordinal)
    {
        [ChannelKinds.WhatsApp] = new WhatsAppProvider(),
        [ChannelKinds.Messenger] = new MessengerProvider(state),
        [ChannelKinds.Instagram] = new MessengerProvider(state),
        [ChannelKinds.Telegram] = new TelegramProvider(state),
        ["waha"] = new WahaProvider(state),
        ["evolution"] = new EvolutionProvider(state),
    };

    public IProvider Of(SimulatedChannel channel) =>
        _byType[channel.Type == ChannelKinds.WhatsAppWeb ? channel.Gateway : channel.Type];
}

public static class ChannelKinds
{
    public const string WhatsApp = "whatsapp";
    public const string Messenger = "messenger";
    public const string Instagram = "instagram";
    public const string Telegram = "telegram";

    /// <summary>A phone's number, held by a gateway.</summary>
    public const string WhatsAppWeb = "whatsapp_web";

    internal static bool IsKnown(string type) =>
        type is WhatsApp or Messenger or Instagram or Telegram or WhatsAppWeb;

    /// <summary>Whether several messages come in one webhook.</summary>
    internal static bool Batches(string type) => type is WhatsApp or Messenger or Instagram;
}
