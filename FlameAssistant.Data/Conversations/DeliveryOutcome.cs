namespace FlameAssistant.Data.Conversations;

/// <summary>Whose fault a failure is.</summary>
public enum FailureScope
{
    /// <summary>This message's: others may well go.</summary>
    Message,

    /// <summary>The provider or the way to it: others would fail too, and later they may go.</summary>
    Channel,

    /// <summary>The provider refuses the channel's credentials or account: only an admin can help.</summary>
    Authorization,
}

/// <summary>What became of the request.</summary>
public abstract record DeliveryOutcome
{
    /// <summary>Of a failure. Many of a channel's in a row make the product stop sending by it for a while.</summary>
    public FailureScope Scope { get; init; }

    /// <summary>The provider took it and named it.</summary>
    public sealed record Accepted(string ExternalId) : DeliveryOutcome
    {
        /// <summary>The customer's place at the provider is another one since.</summary>
        public MovedIdentity? Moved { get; init; }
    }

    /// <summary>Nothing left the house: from here on the customer's page finds it, by the next step of <c>rev</c>.</summary>
    public sealed record Shown : DeliveryOutcome;

    /// <summary>The provider refused it for good; the message says why.</summary>
    public sealed record Rejected(string Code, string Reason) : DeliveryOutcome
    {
        /// <summary>The customer who shut us out.</summary>
        public InboundIdentity? ShutOutBy { get; init; }

        /// <summary>Our copy of the channel's templates is not what the provider has.</summary>
        public bool TemplatesDiffer { get; init; }
    }

    /// <summary>It certainly did not arrive, and later it may.</summary>
    public sealed record Postponed(TimeSpan After, string Code, string Reason) : DeliveryOutcome
    {
        /// <summary>It was too much of the whole number, which then sends nothing for as long.</summary>
        public bool HoldsNumber { get; init; }
    }

    /// <summary>The request left and no answer came: it may have arrived.</summary>
    public sealed record Lost : DeliveryOutcome;
}

public sealed record MovedIdentity(string Kind, string From, string To);
