using System.Globalization;
using System.Resources;

namespace FlameAssistant.Jobs.Channels;

/// <summary>What a channel type is: its settings form, its commands and its rules are drawn from this.</summary>
/// <param name="Type">One of <see cref="Data.Channels.ChannelTypes"/>.</param>
/// <param name="DisplayName">As the provider writes itself.</param>
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
    private ResourceManager? texts;

    /// <summary>
    /// The marker of the resource file in the channel's folder, which says everything in every language. Its keys:
    /// <c>About</c>; <c>DisplayName</c> (where it is no brand); <c>Warning</c> (where there is one); <c>Step.1</c>, <c>Step.2</c> … (what to do at the provider first);
    /// <c>{field}</c>, <c>{field}.Hint</c>, <c>{field}.Where</c> (where the provider shows it), <c>{field}.Pattern</c>,
    /// <c>{field}.{option}</c>; <c>Group.{group}</c>; <c>Address.{name}</c>, <c>Address.{name}.Where</c>;
    /// <c>Check.{code}</c>.
    /// </summary>
    public Type? Texts { get; init; }

    /// <summary>What an admin copies into the provider's console once the channel is there, in this order.</summary>
    public IReadOnlyList<ChannelAddress> Addresses { get; init; } = [];

    /// <summary>
    /// The account where it is no field as it was typed: made from the channel's id and the values. Null when it cannot be
    /// read from them.
    /// </summary>
    public Func<Guid, IReadOnlyDictionary<string, string>, string?>? AccountOf { get; init; }

    /// <summary>How webhook bodies call the account, where it is more than they know.</summary>
    public Func<string, string>? NameInBodies { get; init; }

    /// <summary>The last but one part of the channel's address for webhooks, where it is not the type.</summary>
    public Func<IReadOnlyDictionary<string, string>, string?>? WebhookName { get; init; }

    /// <summary>The field with what verifies the webhooks of the channel's own address.</summary>
    public string SecretField { get; init; } = "app_secret";

    /// <summary>The field with the account above the channel's, which some webhooks name instead; null where there is none.</summary>
    public string? GroupField { get; init; }

    /// <summary>Whether the type is listed first, because it needs no account anywhere.</summary>
    public bool NeedsNoAccount { get; init; }

    /// <summary>The text of this key; null where the channel has none.</summary>
    /// <param name="language">The reader's when null.</param>
    public string? Say(string key, CultureInfo? language = null) =>
        Texts is null
            ? null
            : (texts ??= new ResourceManager(Texts.FullName!, Texts.Assembly)).GetString(
                key,
                language ?? CultureInfo.CurrentUICulture
            );

    /// <summary>What it is called in the reader's language: brands are called the same in all.</summary>
    public string Title => Say("DisplayName") ?? DisplayName;

    /// <summary>The text of this key in English, for commands and errors.</summary>
    public string? SayInEnglish(string key) => Say(key, CultureInfo.InvariantCulture);

    /// <summary>The account of these values, as webhooks will name it.</summary>
    public string? Account(Guid channelId, IReadOnlyDictionary<string, string> values)
    {
        var account = AccountOf is null
            ? values.GetValueOrDefault(AccountField)
            : AccountOf(channelId, values);
        return string.IsNullOrWhiteSpace(account) ? null : account.Trim();
    }
}

/// <summary>Something that the provider must be told of this channel.</summary>
/// <param name="Name">The text's key, after <c>Address.</c></param>
/// <param name="Field">Whose value it is, for <see cref="ChannelAddressKind.Value"/>.</param>
public sealed record ChannelAddress(
    string Name,
    ChannelAddressKind Kind = ChannelAddressKind.Webhook,
    string? Field = null
);

public enum ChannelAddressKind
{
    /// <summary>The channel's own address for webhooks, <c>/webhooks/{type}/{channelId}</c>.</summary>
    Webhook,

    /// <summary>What a field holds, such as a verify token: shown while it is being typed, and never again.</summary>
    Value,
}
