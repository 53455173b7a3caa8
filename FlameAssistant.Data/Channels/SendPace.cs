namespace FlameAssistant.Data.Channels;

/// <summary>How fast a provider lets one number send. A channel's settings may say otherwise, where the provider raised it.</summary>
/// <param name="PerSecond">Messages of the number in any one second, to whomever.</param>
/// <param name="PerCustomer">The time between two messages to one customer.</param>
/// <param name="Burst">So many may go to one customer within <see cref="PerCustomer"/>, and are paid for afterwards.</param>
public sealed record SendPace(int PerSecond, TimeSpan PerCustomer, int Burst)
{
    /// <summary>The settings' names, as the connector's definition has them.</summary>
    public const string PerSecondField = "messages_per_second";
    public const string PerCustomerField = "seconds_per_customer";

    /// <summary>
    /// So many of a second may go at once. The rest of the second's are spread over it, so that no second, wherever it
    /// begins, has more than <see cref="PerSecond"/>; and as many again are left free, for messages that take longer on
    /// their way than those behind them.
    /// </summary>
    internal int AtOnce => Math.Max(1, PerSecond / 10);

    /// <summary>The time between two messages of the number, once those that may go at once are gone.</summary>
    internal TimeSpan Gap => TimeSpan.FromSeconds(1) / Math.Max(1, PerSecond - 2 * AtOnce);

    /// <summary>We count from when a message left, the provider from when it came: so much is left free between the two.</summary>
    internal TimeSpan OnTheWay => PerCustomer / 6;

    /// <summary>With what the channel's settings say.</summary>
    internal SendPace Of(Channel channel)
    {
        var settings = ChannelConfig.Read(channel.Config);
        return this with
        {
            PerSecond = ChannelConfig.Number(settings, PerSecondField) is { } rate and > 0
                ? rate
                : PerSecond,
            PerCustomer = ChannelConfig.Number(settings, PerCustomerField) is { } seconds and >= 0
                ? TimeSpan.FromSeconds(seconds)
                : PerCustomer,
        };
    }
}
