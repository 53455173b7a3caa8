using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Features.Members;

/// <summary>All that the pages about accounts ask of the world: everybody, one super-admin.</summary>
public interface IPeopleData
{
    Task<PersonPage> PageAsync(PersonFilter filter, CancellationToken ct);

    Task<PersonDetail?> FindAsync(Guid id, CancellationToken ct);

    Task<bool> IsMeAsync(Guid id, CancellationToken ct);

    Task<Result<bool>> UnlockAsync(Guid id, CancellationToken ct);

    Task<Result<bool>> SetActiveAsync(Guid id, bool isActive, CancellationToken ct);

    Task<Result<bool>> SetSuperAdminAsync(Guid id, bool isSuperAdmin, CancellationToken ct);

    /// <summary>Mails the link by which the person chooses a new password.</summary>
    Task<Result<bool>> SendResetAsync(Guid id, CancellationToken ct);
}
