namespace FlameAssistant.Data.Templates;

/// <summary>
/// A template that lies with a channel's provider, which approves it; ours is a copy. Read by SQL and not mapped: a tenant
/// below its script has no templates and all else.
/// </summary>
public sealed class ChannelTemplate
{
    public Guid Id { get; set; }
    public Guid ChannelId { get; set; }

    /// <summary>The provider's id.</summary>
    public string? ExternalId { get; set; }

    public required string Name { get; set; }

    /// <summary>As the provider writes it: <c>pt_BR</c>, <c>en</c>.</summary>
    public required string Language { get; set; }

    /// <summary>As the provider writes it: <c>MARKETING</c>, <c>UTILITY</c>, <c>AUTHENTICATION</c>.</summary>
    public string? Category { get; set; }

    /// <summary>One of <see cref="TemplateStatuses"/>.</summary>
    public string Status { get; set; } = TemplateStatuses.Pending;

    public string? RejectionReason { get; set; }
    public string? Quality { get; set; }

    /// <summary><c>named</c> or <c>positional</c>.</summary>
    public string ParameterFormat { get; set; } = Positional;

    /// <summary>JSON as the provider gives it, see <see cref="TemplateShape"/>.</summary>
    public string Components { get; set; } = "[]";

    public DateTimeOffset? LastSyncAt { get; set; }

    /// <summary>When a webhook last told of it.</summary>
    public DateTimeOffset? ToldAt { get; set; }

    public const string Positional = "positional";
    public const string Named = "named";
}

/// <summary>Values of <c>channel_templates.status</c>.</summary>
public static class TemplateStatuses
{
    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Rejected = "rejected";
    public const string Paused = "paused";

    /// <summary>Also what was deleted or archived there.</summary>
    public const string Disabled = "disabled";

    public static readonly IReadOnlyList<string> All =
    [
        Approved,
        Pending,
        Paused,
        Rejected,
        Disabled,
    ];
}
