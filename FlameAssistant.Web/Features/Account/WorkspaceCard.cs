namespace FlameAssistant.Web.Features.Account;

/// <summary>A workspace that a person may enter. <paramref name="Role"/> and <paramref name="Status"/> are stored values (<c>owner</c> for owners).</summary>
public sealed record WorkspaceCard(string Slug, string Name, string Role, string Status);

/// <summary>Where a person works. A seam: pages know no database.</summary>
public interface IWorkspaceDirectory
{
    Task<IReadOnlyList<WorkspaceCard>> ListAsync(Guid userId, CancellationToken ct);
}
