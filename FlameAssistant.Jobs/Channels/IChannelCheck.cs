namespace FlameAssistant.Jobs.Channels;

/// <summary>A connector that can ask the provider whether a channel's settings are right, before anything depends on them.</summary>
public interface IChannelCheck
{
    /// <summary>Really calls the provider and changes nothing there. Expected failures are findings, not exceptions.</summary>
    Task<ChannelCheck> CheckAsync(ChannelCandidate channel, CancellationToken ct);
}

/// <summary>A connector that tells the provider where a channel's webhooks go; the others' admins do it by hand.</summary>
public interface IChannelSetup
{
    /// <summary>Called when the channel is stored, and again whenever its settings change; may run twice.</summary>
    Task<ChannelCheck> ConnectAsync(ChannelCandidate channel, CancellationToken ct);

    /// <summary>Called before the channel is removed. What fails here keeps nobody from removing it.</summary>
    Task DisconnectAsync(ChannelCandidate channel, CancellationToken ct);
}

/// <summary>A channel to be, or as it is: its values opened, in memory only.</summary>
/// <param name="Values">Field name to value, secrets too. What was not typed again is the stored one.</param>
/// <param name="WebhookUrl">The channel's own address for webhooks.</param>
public sealed record ChannelCandidate(
    Guid TenantId,
    Guid ChannelId,
    string AccountId,
    IReadOnlyDictionary<string, string> Values,
    string WebhookUrl
)
{
    public string this[string field] => Values.GetValueOrDefault(field) ?? "";
}

/// <summary>What the provider says of a channel.</summary>
/// <param name="Account">How the provider calls the account, for a person to recognize: a number, a page, a bot.</param>
public sealed record ChannelCheck(string? Account, params IReadOnlyList<ChannelFinding> Findings)
{
    /// <summary>Warnings do not keep it from being connected.</summary>
    public bool IsOk => Findings.All(finding => finding.IsWarning);
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Field">The setting that it concerns; null: none of them.</param>
/// <param name="Code">Its text's key, <c>Check.{code}</c>, in the channel's own texts: plain words, and what to do.</param>
/// <param name="Said">The provider's own reason, as it was given.</param>
public sealed record ChannelFinding(string? Field, string Code, string? Said = null)
{
    public bool IsWarning { get; init; }
}
