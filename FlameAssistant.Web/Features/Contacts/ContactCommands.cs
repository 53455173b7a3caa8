using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Contacts;

/// <summary>Contacts by name, number or address.</summary>
internal sealed class ContactCommands(TenantSession session, IStringLocalizer<ShellText> texts)
    : ICommandSource
{
    private const int Shown = 5;

    public async Task<IReadOnlyList<CommandItem>> FindAsync(
        TenantRef tenant,
        string text,
        CancellationToken ct
    )
    {
        // One letter is everybody.
        if (text.Trim().Length < 2)
        {
            return [];
        }
        var found = await session.ReadAsync(
            (unit, token) => unit.FindContactsAsync(text, Shown, token),
            [],
            ct
        );
        return
        [
            .. found.Select(row => new CommandItem(
                texts["Contacts"],
                "contact",
                row.Name ?? row.Phone ?? row.Email ?? "?",
                Urls.Contact(tenant.Slug, row.Id),
                row.Name is null ? row.Email : row.Phone ?? row.Email
            )),
        ];
    }
}
