using System.CommandLine;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Web.Platform.Commands;

/// <summary><c>tenant suspend|resume|drop</c>. Each prints what the tenant is now.</summary>
internal static class TenantLifeCommands
{
    public static Command Suspend() =>
        Build(
            "suspend",
            "Closes a tenant: what comes in is kept, nothing goes out. Holds within five seconds.",
            (services, slug, ct) =>
                services.GetRequiredService<SuspendTenant>().RunAsync(slug, Actor.System, ct)
        );

    public static Command Resume() =>
        Build(
            "resume",
            "Opens a suspended tenant again.",
            (services, slug, ct) =>
                services.GetRequiredService<ResumeTenant>().RunAsync(slug, Actor.System, ct)
        );

    public static Command Drop()
    {
        var slug = Slug();
        var confirm = new Option<string?>("--confirm")
        {
            Description = "The slug again. Needed where the tenant is not deleted yet.",
        };
        var now = new Option<bool>("--now")
        {
            Description = "Does not wait for the end of the grace period.",
        };
        var command = new Command(
            "drop",
            "Deletes a tenant, and takes its data away once the grace period is over."
        )
        {
            slug,
            confirm,
            now,
        };
        command.SetAction(
            (parsed, ct) =>
                CommandHost.RunAsync(
                    (services, token) =>
                        DropAsync(
                            services,
                            parsed.GetValue(slug)!,
                            parsed.GetValue(confirm),
                            parsed.GetValue(now),
                            token
                        ),
                    ct
                )
        );
        return command;
    }

    private static async Task<Result<string>> DropAsync(
        IServiceProvider services,
        string slug,
        string? confirm,
        bool now,
        CancellationToken ct
    )
    {
        var justDeleted = false;
        if (confirm is not null)
        {
            var deleted = await services
                .GetRequiredService<DeleteTenant>()
                .RunAsync(slug, confirm, Actor.System, ct);
            // Unknown means deleted before, or not there at all: the drop says which.
            if (deleted is { IsOk: false, Error.Kind: not ErrorKind.NotFound })
            {
                return deleted.Error;
            }
            justDeleted = deleted.IsOk;
        }
        var dropped = await services
            .GetRequiredService<DropTenant>()
            .RunAsync(slug, now, Actor.System, ct);
        if (dropped.IsOk)
        {
            return $"{slug}\tdropped";
        }
        if (!justDeleted)
        {
            return dropped.Error;
        }
        CommandHost.Say(dropped.Error.Message);
        return $"{slug}\tdeleted";
    }

    private static Option<string> Slug() =>
        new("--slug") { Required = true, Description = "Which tenant." };

    private static Command Build(
        string name,
        string description,
        Func<IServiceProvider, string, CancellationToken, Task<Result<TenantRef>>> run
    )
    {
        var slug = Slug();
        var command = new Command(name, description) { slug };
        command.SetAction(
            (parsed, ct) =>
                CommandHost.RunAsync(
                    async (services, token) =>
                    {
                        var changed = await run(services, parsed.GetValue(slug)!, token);
                        return changed.IsOk
                            ? $"{changed.Value.Slug}\t{changed.Value.Status}"
                            : changed.Error;
                    },
                    ct
                )
        );
        return command;
    }
}
