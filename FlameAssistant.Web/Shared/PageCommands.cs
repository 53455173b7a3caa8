using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Tenancy;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Shared;

/// <summary>Pages that the person may open, their workspaces, and their own account.</summary>
internal sealed class PageCommands(TenantSession session, IStringLocalizer<ShellText> texts)
    : ICommandSource
{
    public async Task<IReadOnlyList<CommandItem>> FindAsync(
        TenantRef tenant,
        string text,
        CancellationToken ct
    )
    {
        var pages = texts["Command.Pages"].Value;
        var items = new List<CommandItem>
        {
            new(pages, "inbox", texts["Inbox"], Urls.Inbox(tenant.Slug)),
        };
        if (session.Actor.May(MemberPermissions.MembersManage))
        {
            items.Add(new(pages, "users", texts["Members"], Urls.Members(tenant.Slug)));
            items.Add(new(pages, "settings", texts["Settings"], Urls.General(tenant.Slug)));
        }
        if (session.Actor.May(MemberPermissions.AuditRead))
        {
            items.Add(new(pages, "scroll-text", texts["Audit"], Urls.Audit(tenant.Slug)));
        }
        items.Add(new(pages, "user-round", texts["Profile"], Urls.Profile));
        foreach (var workspace in await session.WorkspacesAsync(ct))
        {
            if (workspace.Slug != tenant.Slug)
            {
                items.Add(
                    new(
                        texts["Workspaces"],
                        "building-2",
                        workspace.Name,
                        Urls.Inbox(workspace.Slug)
                    )
                );
            }
        }
        return
        [
            .. items.Where(item =>
                item.Text.Contains(text.Trim(), StringComparison.CurrentCultureIgnoreCase)
            ),
        ];
    }
}
