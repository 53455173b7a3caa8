using System.CommandLine;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Web.Platform.Commands;

internal static class ChannelCommand
{
    public static Command Build()
    {
        var tenant = new Option<string>("--tenant")
        {
            Required = true,
            Description = "The tenant's slug.",
        };
        var type = new Option<string>("--type")
        {
            Required = true,
            Description = "As in whatsapp.",
        };
        var name = new Option<string>("--name")
        {
            Required = true,
            Description = "As agents read it.",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "A field of the channel, as phone_number_id=123; once per field.",
            AllowMultipleArgumentsPerToken = true,
        };
        var create = new Command(
            "create",
            "Connects a channel; its credentials count as confirmed. Prints its id."
        )
        {
            tenant,
            type,
            name,
            set,
        };
        create.SetAction(
            (parsed, ct) =>
                CommandHost.RunAsync(
                    (services, token) =>
                        CreateAsync(
                            services,
                            parsed.GetValue(tenant)!,
                            parsed.GetValue(type)!,
                            parsed.GetValue(name)!,
                            parsed.GetValue(set) ?? [],
                            token
                        ),
                    ct
                )
        );
        return new Command("channel", "Connected channels.") { create };
    }

    private static async Task<Result<string>> CreateAsync(
        IServiceProvider services,
        string slug,
        string type,
        string name,
        string[] settings,
        CancellationToken ct
    )
    {
        if (
            await services.GetRequiredService<TenantCatalog>().FindAsync(slug, ct) is not { } tenant
        )
        {
            return TenantErrors.Unknown(slug);
        }
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            var split = setting.IndexOf('=', StringComparison.Ordinal);
            if (split <= 0)
            {
                return Error.Invalid(
                    "channel.set",
                    "--set takes key=value, as in --set phone_number_id=123."
                );
            }
            values[setting[..split]] = setting[(split + 1)..];
        }
        // The same name is the same channel, also where its account is made of its id.
        var known = await services
            .GetRequiredService<TenantUnits>()
            .ReadAsync(
                tenant,
                Actor.System,
                (unit, token) =>
                    unit
                        .Db.Channels.Where(c => c.Type == type && c.Name == name.Trim())
                        .Select(c => (Guid?)c.Id)
                        .SingleOrDefaultAsync(token),
                ct
            );
        var draft = services.GetRequiredService<ChannelCatalog>().Draft(type, name, values, known);
        if (!draft.IsOk)
        {
            return draft.Error;
        }
        var created = await services
            .GetRequiredService<TenantUnits>()
            .RunAsync(
                tenant,
                Actor.System,
                new CreateChannel(
                    draft.Value,
                    services.GetRequiredService<ChannelSecrets>(),
                    Confirmed: true
                ),
                ct
            );
        return created.IsOk ? created.Value.ToString() : created.Error;
    }
}
