using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Features.Members;

/// <summary>All that the members page asks of the world: one tenant, one admin, a unit of work per call.</summary>
public interface IMembersData
{
    Guid MeId { get; }

    bool IsOwner { get; }

    /// <summary>What this person may do, and so may give.</summary>
    IReadOnlySet<string> Permissions { get; }

    /// <returns>Null for who may not manage members.</returns>
    Task<MemberList?> ListAsync(CancellationToken ct);

    Task<Result<MemberInvitation>> InviteAsync(string email, string role, CancellationToken ct);

    Task<Result<MemberInvitation>> ResendAsync(Guid userId, CancellationToken ct);

    Task<Result<bool>> RunAsync(
        Data.Tenancy.ITenantOperation<bool> operation,
        CancellationToken ct
    );

    /// <summary>Calls back whenever the list may have changed, as when an invitation was accepted, until disposed.</summary>
    Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct);
}
