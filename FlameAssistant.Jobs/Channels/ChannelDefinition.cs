namespace FlameAssistant.Jobs.Channels;

/// <summary>What a channel type is: its settings form, its commands and its rules are drawn from this.</summary>
/// <param name="Type">One of <see cref="Data.Channels.ChannelTypes"/>.</param>
/// <param name="AccountField">The field whose value webhooks name; it becomes the route's account_id.</param>
/// <param name="ReplyWindow">How long after the customer's last message a free text may be sent; null when always.</param>
/// <param name="ReopenWithin">A conversation resolved for longer is not reopened by a new message.</param>
public sealed record ChannelDefinition(
    string Type,
    string DisplayName,
    string AccountField,
    IReadOnlyList<ChannelField> Fields,
    TimeSpan? ReplyWindow,
    TimeSpan ReopenWithin
)
{
    /// <summary>The account's id in the value of the account field, where it is not the value itself; null for a wrong one.</summary>
    public Func<string?, string?>? AccountOf { get; init; }

    /// <summary>The field with what verifies the channel's webhooks.</summary>
    public string SecretField { get; init; } = "app_secret";
}

/// <summary>One field of a channel's settings.</summary>
/// <param name="Name">As in <c>channel create --set name=value</c>.</param>
/// <param name="IsSecret">Encrypted, and never shown again.</param>
/// <param name="Hint">Where to find the value.</param>
public sealed record ChannelField(
    string Name,
    string Label,
    bool IsRequired,
    bool IsSecret,
    string Hint,
    int MaxLength = 500
);
