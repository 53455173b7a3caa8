namespace FlameAssistant.Data.Live;

/// <summary>A hint that something changed. The database is the truth: a missed one costs freshness, never data.</summary>
/// <param name="Kind">One of <see cref="LiveKinds"/>.</param>
/// <param name="SubjectId">The conversation or channel that changed.</param>
public readonly record struct LiveEvent(Guid TenantId, string Kind, Guid SubjectId, long Seq);

public static class LiveKinds
{
    public const string Conversation = "conversation";
    public const string Message = "message";
    public const string Channel = "channel";

    /// <summary>A contact, or an import of contacts, changed; conversations that show one are told of besides.</summary>
    public const string Contact = "contact";
    public const string Tenant = "tenant";

    /// <summary>A membership changed; the subject is the person.</summary>
    public const string Member = "member";

    /// <summary>A person's notifications changed; the subject is the person.</summary>
    public const string Notification = "notification";

    /// <summary>Somebody came or went; the subject is the person.</summary>
    public const string Availability = "availability";

    /// <summary>Teams, tags, templates, saved views: what lists and menus are made of.</summary>
    public const string Vocabulary = "vocabulary";

    /// <summary>A visitor of a web chat wrote, or their token ended; the subject is the visitor.</summary>
    public const string Visitor = "visitor";

    /// <summary>A person's session ended, or changed; told in the tenant <c>system</c>.</summary>
    public const string Session = "session";

    /// <summary>Something may have been missed: whoever shows a list asks again.</summary>
    public const string Resync = "resync";
}
