namespace FlameAssistant.Jobs.Channels;

/// <summary>One field of a channel's settings: how it is drawn, checked and kept. What it is called is in the channel's texts.</summary>
/// <param name="Name">As in <c>channel create --set name=value</c>.</param>
public sealed record ChannelField(string Name, ChannelFieldKind Kind = ChannelFieldKind.Text)
{
    public bool IsRequired { get; init; }

    /// <summary>Encrypted, and never shown again.</summary>
    public bool IsSecret => Kind == ChannelFieldKind.Secret;

    public int MaxLength { get; init; } = 500;

    /// <summary>A regular expression for the whole value; what is wrong is said by <c>{field}.Pattern</c>.</summary>
    public string? Pattern { get; init; }

    /// <summary>What holds where nobody chose, and what the form shows first.</summary>
    public string? Default { get; init; }

    /// <summary>The values of a <see cref="ChannelFieldKind.Choice"/>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The section of the form, by its key <c>Group.{group}</c>; null: with those before any section.</summary>
    public string? Group { get; init; }

    /// <summary>Folded away until somebody asks for it.</summary>
    public bool IsAdvanced { get; init; }

    /// <summary>The form offers it in Development only.</summary>
    public bool IsDevelopmentOnly { get; init; }

    /// <summary>Any hard-to-guess text will do: the form makes one up.</summary>
    public bool IsGenerated { get; init; }

    /// <summary>Of a <see cref="ChannelFieldKind.Number"/>.</summary>
    public long Min { get; init; }

    /// <summary>Of a <see cref="ChannelFieldKind.Number"/>.</summary>
    public long Max { get; init; } = int.MaxValue;
}

/// <summary>Values are text: a switch is <c>true</c> or <c>false</c>, a number invariant, a colour <c>#rrggbb</c>, lines parted by line feeds.</summary>
public enum ChannelFieldKind
{
    Text,
    Secret,
    Number,
    Colour,
    Choice,
    MultiLine,

    /// <summary>One value per line, such as allowed origins; pattern and length hold for each.</summary>
    Lines,
    Switch,
}
