using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Gateways;

/// <summary>What a gateway tells beyond other providers: how its session is, and what the business itself wrote.</summary>
internal interface IGatewayProvider : IProvider
{
    byte[] Session(SimulatedChannel channel, GatewaySession session);

    /// <summary>A message of the business comes back, sent by the API or typed on the phone.</summary>
    byte[] Echo(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        bool isTyped,
        SimulatedFile? file
    );
}
