using System.Globalization;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>Conversations by number and by name.</summary>
internal sealed class ConversationCommands(TenantSession session, IStringLocalizer<ShellText> texts)
    : ICommandSource
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
            .. found.Select(c => new CommandItem(
                texts["Command.Conversations"],
                "message-square",
                c.ContactName,
                Urls.Inbox(tenant.Slug, c.Number),
                string.Create(CultureInfo.InvariantCulture, $"#{c.Number}")
            )),
        ];
    }
}
