using System.CommandLine;
using System.Globalization;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Web.Platform.Commands;

internal static class TenantCommand
{
    public static Command Build() =>
        new("tenant", "Companies on this installation.")
        {
            Create(),
            List(),
            TenantLifeCommands.Suspend(),
            TenantLifeCommands.Resume(),
            TenantLifeCommands.Drop(),
        };

    private static Command Create()
    {
        var slug = new Option<string>("--slug")
        {
            Required = true,
            Description = "Part of every address, never changed; as in acme-shop.",
        };
        var name = new Option<string>("--name")
        {
            Required = true,
            Description = "As people read it.",
        };
        var owner = new Option<string>("--owner")
        {
            Required = true,
            Description = "The owner's e-mail address.",
        };
        var command = new Command(
            "create",
            "Makes a tenant with its schema and owner. Prints its id."
        )
        {
            slug,
            name,
            owner,
        };
        command.SetAction(
            (parsed, ct) =>
                CommandHost.RunAsync(
                    (services, token) =>
                        CreateAsync(
                            services,
                            new NewTenant(
                                parsed.GetValue(slug)!,
                                parsed.GetValue(name)!,
                                parsed.GetValue(owner)!
                            ),
                            token
                        ),
                    ct
                )
        );
        return command;
    }

    private static async Task<Result<string>> CreateAsync(
        IServiceProvider services,
        NewTenant asked,
        CancellationToken ct
    )
    {
        var made = await services.GetRequiredService<ProvisionTenant>().RunAsync(asked, ct);
        if (!made.IsOk)
        {
            return made.Error;
        }
        if (made.Value.InvitationToken is { } token)
        {
            // The operator runs the installation; the link is theirs to hand on, and stdout keeps to the id.
            CommandHost.Say($"{asked.OwnerEmail} has no password yet. Valid seven days, once:");
            CommandHost.Say(
                services.GetRequiredService<PublicAddress>().Of(Urls.InvitationOf(token))
            );
        }
        return made.Value.Tenant.Id.ToString();
    }

    private static Command List()
    {
        var command = new Command(
            "list",
            "Every tenant: slug, status, plan, members, name; separated by tabs."
        );
        command.SetAction((_, ct) => CommandHost.RunAsync(ListAsync, ct));
        return command;
    }

    private static async Task<Result<string>> ListAsync(
        IServiceProvider services,
        CancellationToken ct
    )
    {
        await using var db = await services
            .GetRequiredService<IDbContextFactory<PlatformDb>>()
            .CreateDbContextAsync(ct);
        var rows = await db
            .Tenants.Where(t => t.Id != SystemTenant.Id && t.DeletedAt == null)
            .OrderBy(t => t.Slug)
            .Select(t => new
            {
                t.Slug,
                t.Status,
                t.SubscriptionPlan,
                t.MaxUsers,
                t.Name,
                Members = db.Memberships.Count(m => m.TenantId == t.Id && m.IsActive),
            })
            .ToListAsync(ct);
        return string.Join(
            '\n',
            rows.Select(t =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{t.Slug}\t{t.Status}\t{t.SubscriptionPlan}\t{t.Members}/{t.MaxUsers}\t{t.Name}"
                )
            )
        );
    }
}
