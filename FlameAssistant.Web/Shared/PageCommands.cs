using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Shared;

/// <summary>Pages that the person may open, their workspaces, their own account, and what can be done on every page.</summary>
internal sealed class PageCommands(
    TenantSession session,
    IStringLocalizer<ShellText> texts,
    NavigationManager navigation
) : ICommandSource
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
        items.Add(new(pages, "contact", texts["Contacts"], Urls.Contacts(tenant.Slug)));
        items.Add(
            new(pages, "message-square-text", texts["Templates"], Urls.Templates(tenant.Slug))
        );
        if (session.Actor.May(MemberPermissions.TagsWrite))
        {
            items.Add(new(pages, "tag", texts["Tags"], Urls.Tags(tenant.Slug)));
            items.Add(new(pages, "list-filter", texts["Fields"], Urls.Fields(tenant.Slug)));
        }
        items.Add(
            new(
                pages,
                "bell",
                texts["NotificationSettings"],
                Urls.NotificationSettings(tenant.Slug)
            )
        );
        if (session.Actor.May(MemberPermissions.MembersManage))
        {
            items.Add(new(pages, "users", texts["Members"], Urls.Members(tenant.Slug)));
            items.Add(new(pages, "users-round", texts["Teams"], Urls.Teams(tenant.Slug)));
            items.Add(new(pages, "settings", texts["Settings"], Urls.General(tenant.Slug)));
        }
        if (session.Actor.May(MemberPermissions.ChannelsManage))
        {
            items.Add(new(pages, "message-circle", texts["Channels"], Urls.Channels(tenant.Slug)));
            items.Add(new(pages, "layers", texts["Routing"], Urls.Routing(tenant.Slug)));
        }
        if (session.Actor.MayReadQuarantine())
        {
            items.Add(
                new(pages, "triangle-alert", texts["Quarantine"], Urls.Quarantine(tenant.Slug))
            );
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
        items.AddRange(Actions(tenant));
        return
        [
            .. items.Where(item =>
                item.Text.Contains(text.Trim(), StringComparison.CurrentCultureIgnoreCase)
            ),
        ];
    }

    private IEnumerable<CommandItem> Actions(TenantRef tenant)
    {
        var group = texts["Command.Actions"].Value;
        var here = "/" + navigation.ToBaseRelativePath(navigation.Uri);
        if (session.Actor.May(MemberPermissions.MembersManage))
        {
            yield return new(
                group,
                "user-plus",
                texts["Command.Invite"],
                Urls.Members(tenant.Slug) + "?invite=true"
            );
        }
        foreach (var theme in Preferences.Themes)
        {
            yield return new(
                group,
                NavRail.IconOf(theme),
                texts["Command.Theme", texts[$"Theme.{theme}"].Value],
                here,
                Press: $"[data-testid=theme-{theme}]"
            );
        }
        foreach (var language in Preferences.Languages)
        {
            yield return new(
                group,
                "languages",
                texts["Command.Language", Preferences.LanguageName(language)],
                here,
                Press: $"[data-testid=language-{language}]"
            );
        }
        yield return new(group, "log-out", texts["SignOut"], here, Press: "[data-testid=sign-out]");
    }
}
