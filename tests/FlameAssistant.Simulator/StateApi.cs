using FlameAssistant.Simulator.Gateways;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator;

/// <summary>Who answers here, what came in, and a clean slate.</summary>
internal static class StateApi
{
    public const string HealthPath = "/simulator/health";
    public const string Name = "flame-assistant";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(HealthPath, () => new { simulator = Name });
        app.MapGet("/simulator/outbox", (SimulatorState state) => state.Outbox.All());

        // Numbers stay unless ?channels=true: whoever wipes between two tests still needs them.
        app.MapDelete(
            "/simulator/state",
            (
                SimulatorState state,
                WebhookLanes lanes,
                GatewaySessions sessions,
                bool channels = false
            ) =>
            {
                lanes.Reset();
                state.Reset(channels);
                if (channels)
                {
                    sessions.Clear();
                }
                return Results.NoContent();
            }
        );
    }
}
