using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Jobs.Channels;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>All that the pages of channels ask of the world: one tenant, one admin, a unit of work per call.</summary>
public interface IChannelsData
{
    /// <summary>What can be connected, in the order in which it is offered.</summary>
    IReadOnlyList<ChannelDefinition> Catalog { get; }

    /// <summary>Whether settings are offered that are for developers.</summary>
    bool IsDevelopment { get; }

    /// <summary>Whether the provider of this type can be asked.</summary>
    bool IsCheckable(string type);

    /// <summary>Where browsers reach this installation.</summary>
    string PublicUrl { get; }

    string WebhookUrl(string type, Guid channelId);

    /// <summary>Whether this person may manage channels now.</summary>
    Task<bool> MayManageAsync(CancellationToken ct);

    /// <returns>Null for who may not manage channels.</returns>
    Task<IReadOnlyList<ChannelRow>?> ListAsync(CancellationToken ct);

    /// <returns>Null for unknown ones, and for who may not.</returns>
    Task<ChannelRow?> FindAsync(Guid id, CancellationToken ct);

    /// <summary>How much waits in quarantine, counted up to a limit.</summary>
    Task<int> CountQuarantineAsync(CancellationToken ct);

    Task<ConnectionAnswer> CheckAsync(ChannelForm form, bool isNew, CancellationToken ct);

    Task<ConnectionAnswer> ConnectAsync(ChannelForm form, CancellationToken ct);

    Task<ConnectionAnswer> UpdateAsync(ChannelForm form, CancellationToken ct);

    /// <summary>Asks the provider about the channel as it is.</summary>
    Task<ConnectionAnswer> CheckStoredAsync(Guid id, CancellationToken ct);

    Task<Result<bool>> RenameAsync(Guid id, string name, CancellationToken ct);

    Task<Result<bool>> SetPausedAsync(Guid id, bool isPaused, CancellationToken ct);

    Task<Result<bool>> RemoveAsync(Guid id, string name, CancellationToken ct);

    /// <summary>Whether the providers of this type keep templates that they approve.</summary>
    bool HasTemplates(string type);

    /// <summary>The channel's templates as they were last read; empty for who may not manage channels.</summary>
    Task<IReadOnlyList<ChannelTemplate>> TemplatesAsync(Guid id, CancellationToken ct);

    /// <summary>Reads them from the provider now.</summary>
    /// <returns>How many there are.</returns>
    Task<Result<int?>> ReadTemplatesAsync(Guid id, CancellationToken ct);

    /// <summary>Calls back when a channel changed, or something came in by one, until disposed.</summary>
    Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct);
}
