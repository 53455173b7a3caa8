namespace FlameAssistant.Data.Channels;

/// <summary>What the operations must know of a channel's provider; what only its connector needs is in its definition.</summary>
public sealed record ChannelRules
{
    private static readonly ChannelRules plain = new();

    private static readonly Dictionary<string, ChannelRules> byType = new(StringComparer.Ordinal)
    {
        [ChannelTypes.WhatsApp] = new()
        {
            MaxButtons = 3,
            MaxRows = 10,
            MaxRichText = 1024,
            TakesFrames = true,
            TakesLinks = true,
            TakesPlaces = true,
            TakesReactions = true,
            HasTemplates = true,
            // As Meta documents it: 80 a second, and one in 6 seconds to one person; 45 at once are borrowed from what follows.
            Pace = new SendPace(80, TimeSpan.FromSeconds(6), 45),
        },
        [ChannelTypes.Messenger] = new()
        {
            MaxText = 2000,
            MaxCaption = 0,
            MaxButtons = 13,
            PersonsExtraTime = TimeSpan.FromDays(6),
            HasMarks = true,
            LooksUpNames = true,
        },
        [ChannelTypes.Instagram] = new()
        {
            MaxText = 1000,
            MaxTextBytes = 1000,
            MaxCaption = 0,
            MaxButtons = 13,
            PersonsExtraTime = TimeSpan.FromDays(6),
            HasMarks = true,
            EchoesWithoutName = true,
            LooksUpNames = true,
        },
        [ChannelTypes.Telegram] = new()
        {
            MaxButtons = 8,
            TakesPlaces = true,
            HasMarks = true,
            HasAlbums = true,
            HasCallbacks = false,
            RegistersWebhook = true,
        },
        [ChannelTypes.WhatsAppWeb] = new()
        {
            EchoesWithoutName = true,
            RegistersWebhook = true,
            LooksUpNames = true,
            HasSession = true,
            TakesReactions = true,
        },
    };

    /// <summary>The setting that lets conversations of groups in.</summary>
    public const string GroupsSetting = "groups";

    /// <summary>The setting of how many messages go out in a minute.</summary>
    public const string PerMinuteSetting = "per_minute";

    /// <summary>The longest text of one message, in UTF-16 units; a longer one is sent in parts.</summary>
    public int MaxText { get; private init; } = 4096;

    public int MaxTextBytes { get; private init; } = int.MaxValue;

    /// <summary>The longest text beside a file; 0 where a file goes alone.</summary>
    public int MaxCaption { get; private init; } = 1024;

    public int MaxButtons { get; private init; }

    /// <summary>Whether a place or a contact card can be sent.</summary>
    public bool TakesPlaces { get; private init; }

    /// <summary>Rows of a list to choose from; 0 where there are no lists.</summary>
    public int MaxRows { get; private init; }

    /// <summary>The longest text above buttons, a list or a link; such a message goes in one piece.</summary>
    public int MaxRichText { get; private init; } = int.MaxValue;

    /// <summary>Whether buttons and lists may have a line above and one below, and then go without a file.</summary>
    public bool TakesFrames { get; private init; }

    /// <summary>Whether a button may open an address.</summary>
    public bool TakesLinks { get; private init; }

    /// <summary>Whether an agent's reaction can be sent.</summary>
    public bool TakesReactions { get; private init; }

    /// <summary>
    /// Whether the provider approves templates, which alone may go to somebody who has not written, or not within the window.
    /// </summary>
    public bool HasTemplates { get; private init; }

    /// <summary>How fast a number may send; null where nobody counts.</summary>
    public SendPace? Pace { get; private init; }

    /// <summary>How long after the window a person, and nobody else, may still answer.</summary>
    public TimeSpan PersonsExtraTime { get; private init; }

    /// <summary>Whether the provider tells how far a customer has got, or that they shut us out.</summary>
    public bool HasMarks { get; private init; }

    public bool HasAlbums { get; private init; }

    /// <summary>Whether an echo of a message of ours may come without a word that it is ours.</summary>
    public bool EchoesWithoutName { get; private init; }

    /// <summary>Whether anything comes that says what became of a message whose answer was lost.</summary>
    public bool HasCallbacks { get; private init; } = true;

    /// <summary>Whether the product itself tells the provider where its webhooks go, with a secret of its own making.</summary>
    public bool RegistersWebhook { get; private init; }

    /// <summary>Whether webhooks come without the customer's name, which must be asked for.</summary>
    public bool LooksUpNames { get; private init; }

    /// <summary>Whether a gateway holds the account linked to a phone, which may be away; see <see cref="ChannelSession"/>.</summary>
    public bool HasSession { get; private init; }

    public static ChannelRules Of(string channelType) =>
        byType.GetValueOrDefault(channelType, plain);
}
