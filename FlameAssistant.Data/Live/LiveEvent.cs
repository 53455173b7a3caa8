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
    public const string Tenant = "tenant";

    /// <summary>A membership changed; the subject is the person.</summary>
    public const string Member = "member";

    /// <summary>Something may have been missed: whoever shows a list asks again.</summary>
    public const string Resync = "resync";
}
