using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Members;

/// <summary>People of the workspace, for who may manage them.</summary>
internal sealed class MemberCommands(TenantSession session, IStringLocalizer<ShellText> texts)
    : ICommandSource
{
    private const int Shown = 5;

    public async Task<IReadOnlyList<CommandItem>> FindAsync(
        TenantRef tenant,
        string text,
        CancellationToken ct
    )
    {
        var wanted = text.Trim();
        if (wanted.Length == 0)
        {
            return [];
        }
        var list = await session.ReadAsync(
            (unit, token) => unit.ListMembersAsync(token),
            fallback: null,
            ct
        );
        return
        [
            .. (list?.Rows ?? [])
                .Where(row =>
                    row.Name.Contains(wanted, StringComparison.CurrentCultureIgnoreCase)
                    || row.Email.Contains(wanted, StringComparison.OrdinalIgnoreCase)
                )
                .Take(Shown)
                .Select(row => new CommandItem(
                    texts["Members"],
                    "user-round",
                    row.Name,
                    Urls.Members(tenant.Slug),
                    row.Email
                )),
        ];
    }
}
