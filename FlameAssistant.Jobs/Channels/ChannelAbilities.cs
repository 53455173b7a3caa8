using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;

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

public enum ChannelActivity
{
    Typing,
    Seen,
}
