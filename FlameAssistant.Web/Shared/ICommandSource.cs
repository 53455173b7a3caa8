using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Web.Shared;

/// <summary>One line of the command bar: a place to go to, or something to do here.</summary>
/// <param name="Press">The control of this page that does it, a CSS selector; its place is the page itself then.</param>
public sealed record CommandItem(
    string Group,
    string Icon,
    string Text,
    string Href,
    string? Detail = null,
    string? Press = null
);

/// <summary>What a feature offers in the command bar; each is asked for the text, in the tenant of the address.</summary>
public interface ICommandSource
{
    Task<IReadOnlyList<CommandItem>> FindAsync(TenantRef tenant, string text, CancellationToken ct);
}
