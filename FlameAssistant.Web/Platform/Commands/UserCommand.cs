using System.CommandLine;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Web.Platform.Commands;

internal static class UserCommand
{
    public static Command Build()
    {
        var email = new Option<string>("--email") { Required = true };
        var password = new Option<string>("--password")
        {
            Required = true,
            Description = "At least 10 characters.",
        };
        var tenant = new Option<string?>("--tenant")
        {
            Description = "The slug of the tenant to join.",
        };
        var role = new Option<string?>("--role")
        {
            Description = $"With --tenant: one of {string.Join(", ", MemberRoles.OfTenants)}.",
        };
        var superAdmin = new Option<bool>("--super-admin")
        {
            Description = "Runs the installation.",
        };
        var create = new Command(
            "create",
            "Makes an account, or sets the password of a known one, and adds the membership. Prints its id."
        )
        {
            email,
            password,
            tenant,
            role,
            superAdmin,
        };
        create.SetAction(
            (parsed, ct) =>
                CommandHost.RunAsync(
                    (services, token) =>
                        CreateAsync(
                            services,
                            parsed.GetValue(email)!,
                            parsed.GetValue(password)!,
                            parsed.GetValue(tenant),
                            parsed.GetValue(role),
                            parsed.GetValue(superAdmin),
                            token
                        ),
                    ct
                )
        );
        return new Command("user", "People with an account.") { create };
    }

    private static async Task<Result<string>> CreateAsync(
        IServiceProvider services,
        string email,
        string password,
        string? slug,
        string? role,
        bool isSuperAdmin,
        CancellationToken ct
    )
    {
        if ((slug is null) != (role is null))
        {
            return Error.Invalid(
                "user.tenant_and_role",
                "--tenant and --role go together: give both, or neither."
            );
        }
        TenantRef? tenant = null;
        if (slug is not null)
        {
            tenant = await services.GetRequiredService<TenantCatalog>().FindAsync(slug, ct);
            if (tenant is null)
            {
                return TenantErrors.Unknown(slug);
            }
        }
        await using var scope = services.CreateAsyncScope();
        var created = await scope
            .ServiceProvider.GetRequiredService<CreateUser>()
            .RunAsync(new NewUser(email, password, tenant, role, isSuperAdmin), ct);
        return created.IsOk ? created.Value.ToString() : created.Error;
    }
}
