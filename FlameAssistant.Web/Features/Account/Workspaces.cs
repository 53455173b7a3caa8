using FlameAssistant.Data.Members;

namespace FlameAssistant.Web.Features.Account;

/// <summary>The workspaces of a person, from their memberships.</summary>
internal sealed class Workspaces(MemberDirectory members) : IWorkspaceDirectory
{
    public async Task<IReadOnlyList<WorkspaceCard>> ListAsync(Guid userId, CancellationToken ct) =>
        [
            .. (await members.WorkspacesAsync(userId, ct)).Select(w => new WorkspaceCard(
                w.Slug,
                w.Name,
                w.IsOwner ? "owner" : w.Role,
                w.Status
            )),
        ];
}
