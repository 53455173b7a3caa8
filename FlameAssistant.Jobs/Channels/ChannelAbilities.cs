using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Templates;

namespace FlameAssistant.Jobs.Channels;

/// <summary>A connector whose provider waits for a word that a press of a button was taken.</summary>
public interface IAcknowledges
{
    /// <summary>Nothing depends on it: what fails is left.</summary>
    Task AcknowledgeAsync(Guid tenantId, Channel channel, string metadata, CancellationToken ct);
}

/// <summary>A connector that can ask its provider for a customer's name.</summary>
public interface IKnowsNames
{
    /// <returns>Null when the provider knows none, or does not tell.</returns>
    /// <exception cref="HttpRequestException">It could not be reached, and may be later.</exception>
    Task<string?> FindNameAsync(
        Guid tenantId,
        Channel channel,
        InboundIdentity identity,
        CancellationToken ct
    );
}

/// <summary>A connector that can show a customer what the business is doing.</summary>
public interface IShowsActivity
{
    /// <summary>Nothing depends on it: what fails is left.</summary>
    Task ShowAsync(
        Guid tenantId,
        Channel channel,
        InboundIdentity identity,
        ChannelActivity activity,
        CancellationToken ct
    );
}

/// <summary>A connector whose account is a number that a gateway holds linked to a phone.</summary>
public interface IKeepsSession
{
    /// <summary>Asks the gateway how the session is, and changes nothing.</summary>
    Task<SessionView> LookAsync(ChannelCandidate channel, CancellationToken ct);

    /// <summary>Starts it, or starts it again; makes it where the gateway has none.</summary>
    Task<SessionView> RestartAsync(ChannelCandidate channel, CancellationToken ct);

    /// <summary>Unlinks the number.</summary>
    Task<SessionView> LogOutAsync(ChannelCandidate channel, CancellationToken ct);

    /// <summary>Asks for a code to type on the phone, instead of one to scan.</summary>
    /// <param name="phone">The phone's number, digits only.</param>
    Task<SessionView> PairAsync(ChannelCandidate channel, string phone, CancellationToken ct);
}

/// <summary>A session as its gateway shows it now.</summary>
/// <param name="Report">Null where the gateway did not say.</param>
/// <param name="Problem">A key of the channel's texts, after <c>Check.</c>; null: none.</param>
public sealed record SessionView(SessionReport? Report, string? Problem = null, string? Said = null)
{
    /// <summary>What to scan, as text.</summary>
    public string? Code { get; init; }

    /// <summary>What to scan, as the gateway's own picture: an address with the data in it.</summary>
    public string? Picture { get; init; }

    /// <summary>What to type on the phone.</summary>
    public string? PairingCode { get; init; }
}

public enum ChannelActivity
{
    Typing,
    Seen,
}

/// <summary>A connector whose provider is told by a customer's message that it was read, or that an answer is typed.</summary>
public interface IMarksMessages
{
    /// <summary>Whether it tells this by a message; the rest, if at all, by the customer's identity.</summary>
    bool Marks(ChannelActivity activity);

    /// <summary>Nothing depends on it: what fails is left.</summary>
    /// <param name="externalId">The customer's newest message; what came before it counts as read, too.</param>
    Task MarkAsync(
        Guid tenantId,
        Channel channel,
        string externalId,
        ChannelActivity activity,
        CancellationToken ct
    );
}

/// <summary>A connector that can send an agent's reaction.</summary>
public interface IReacts
{
    /// <summary>The same reaction sent twice is one.</summary>
    Task<DeliveryOutcome> ReactAsync(
        Guid tenantId,
        ReactionDelivery reaction,
        CancellationToken ct
    );
}

/// <summary>A connector whose provider keeps templates that it approves.</summary>
public interface IHasTemplates
{
    /// <summary>The provider's whole list. Expected failures are answers, not exceptions.</summary>
    Task<TemplateReading> ReadTemplatesAsync(Guid tenantId, Channel channel, CancellationToken ct);
}

/// <summary>What became of reading a provider's templates.</summary>
public abstract record TemplateReading
{
    public sealed record Listed(IReadOnlyList<ListedTemplate> Templates) : TemplateReading;

    /// <param name="MayPass">Another attempt may go well without anybody's help.</param>
    public sealed record Failed(string Code, string Reason, bool MayPass) : TemplateReading;
}
