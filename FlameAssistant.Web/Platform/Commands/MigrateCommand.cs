using System.CommandLine;
using System.Globalization;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Platform.Commands;

internal static class MigrateCommand
{
    public static Command Build()
    {
        var printRoles = new Option<bool>("--print-roles")
        {
            Description =
                "Prints the script that a DBA runs where this login may not create roles.",
        };
        var command = new Command(
            "migrate",
            "Brings the database and every tenant to this version."
        )
        {
            printRoles,
        };
        command.SetAction(
            (parsed, ct) =>
                CommandHost.RunAsync(
                    (services, token) =>
                        RunAsync(
                            services.GetRequiredService<Migrator>(),
                            parsed.GetValue(printRoles),
                            token
                        ),
                    ct,
                    migrate: false
                )
        );
        return command;
    }

    private static async Task<Result<string>> RunAsync(
        Migrator migrator,
        bool printRoles,
        CancellationToken ct
    )
    {
        if (printRoles)
        {
            return migrator.PrintableRoles();
        }
        var report = await migrator.RunAsync(CommandHost.Say, ct);
        return report.FailedTenants.Count == 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"shared scripts applied: {report.SharedScripts}, tenants upgraded: {report.UpgradedTenants}"
            )
            : new Error(
                ErrorKind.Unavailable,
                "migrate.tenants_failed",
                $"These schemas stay behind, the others are upgraded: {string.Join(", ", report.FailedTenants)}. The reason is in shared.tenant_schemas.last_error; run migrate again after mending it."
            );
    }
}
