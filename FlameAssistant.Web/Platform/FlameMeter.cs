using System.Diagnostics.Metrics;

namespace FlameAssistant.Web.Platform;

/// <summary>The product's own figures.</summary>
internal static class FlameMeter
{
    public const string Name = "FlameAssistant";

    private static readonly Meter meter = new(Name);

    /// <summary>Webhooks by provider and answer; a wave of 401 is a forger or a changed secret.</summary>
    public static Counter<long> Webhooks { get; } =
        meter.CreateCounter<long>("flame.inbound.webhooks");
}
