using System.Globalization;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>Conversations by number and by name.</summary>
internal sealed class ConversationCommands(
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
        var found = await session.ReadAsync(
            (unit, token) => unit.FindConversationsAsync(text, token),
            [],
            ct
        );
        return
        [
            .. Here(tenant)
                .Where(item =>
                    item.Text.Contains(text.Trim(), StringComparison.CurrentCultureIgnoreCase)
                ),
            .. found.Select(c => new CommandItem(
                texts["Command.Conversations"],
                "message-square",
                c.ContactName,
                Urls.Inbox(tenant.Slug, c.Number),
                string.Create(CultureInfo.InvariantCulture, $"#{c.Number}")
            )),
        ];
    }

    /// <summary>What the open conversation's own buttons do.</summary>
    private IEnumerable<CommandItem> Here(TenantRef tenant)
    {
        var here = "/" + navigation.ToBaseRelativePath(navigation.Uri);
        if (
            !here.StartsWith(Urls.Inbox(tenant.Slug) + "/", StringComparison.Ordinal)
            || !session.Actor.May(MemberPermissions.ConversationsReply)
        )
        {
            yield break;
        }
        var group = texts["Command.Actions"].Value;
        yield return new(
            group,
            "circle-check",
            texts["Command.Resolve"],
            here,
            "E",
            "[data-testid=resolve]"
        );
        yield return new(
            group,
            "user-check",
            texts["Command.Assign"],
            here,
            Press: "[data-testid=assign-me], [data-testid=unassign]"
        );
    }
}
