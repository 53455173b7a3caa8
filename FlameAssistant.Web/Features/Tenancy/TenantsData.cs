using System.Globalization;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Mail;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Platform;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Features.Tenancy;

/// <summary>The tenants, for the super-admin of this circuit. The owner's letter goes out when the tenant is committed.</summary>
internal sealed class TenantsData(
    SystemSession session,
    SystemTenantQueries tenants,
    SystemFlagQueries flags,
    ProvisionTenant provision,
    SuspendTenant suspend,
    ResumeTenant resume,
    ChangePlan changePlan,
    DeleteTenant delete,
    OverrideFlag overrideFlag,
    BeginSupportAccess support,
    MailQueue mails,
    PublicAddress address
) : ITenantsData
{
    public async Task<TenantPage> PageAsync(TenantFilter filter, CancellationToken ct) =>
        await tenants.PageAsync(filter, await session.EnterAsync(ct), ct);

    public async Task<TenantDetail?> FindAsync(string slug, CancellationToken ct) =>
        await tenants.FindAsync(slug, await session.EnterAsync(ct), ct);

    public async Task<IReadOnlyList<TenantFlag>> FlagsAsync(string slug, CancellationToken ct) =>
        await flags.OfTenantAsync(slug, await session.EnterAsync(ct), ct);

    public async Task<Result<TenantRef>> CreateAsync(NewTenant asked, CancellationToken ct)
    {
        var made = await provision.RunAsync(asked, ct, await session.EnterAsync(ct));
        if (!made.IsOk)
        {
            return made.Error;
        }
        // Who has an account already finds the workspace in their list; who has none gets the link to choose a password.
        mails.Send(
            MailTemplates.Invitation(
                CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
                asked.OwnerEmail,
                made.Value.Tenant.Name,
                inviter: null,
                address.Of(
                    made.Value.InvitationToken is { } token
                        ? Urls.InvitationOf(token)
                        : Urls.Inbox(asked.Slug)
                )
            )
        );
        return made.Value.Tenant;
    }

    public async Task<Result<TenantRef>> SuspendAsync(
        string slug,
        string? reason,
        CancellationToken ct
    ) => await suspend.RunAsync(slug, await session.EnterAsync(ct), ct, reason);

    public async Task<Result<TenantRef>> ResumeAsync(string slug, CancellationToken ct) =>
        await resume.RunAsync(slug, await session.EnterAsync(ct), ct);

    public async Task<Result<TenantRef>> ChangePlanAsync(
        string slug,
        string plan,
        string? notes,
        CancellationToken ct
    ) =>
        await changePlan.RunAsync(
            slug,
            plan,
            await session.EnterAsync(ct),
            ct,
            payment: null,
            notes
        );

    public async Task<Result<TenantRef>> DeleteAsync(
        string slug,
        string typed,
        CancellationToken ct
    ) => await delete.RunAsync(slug, typed, await session.EnterAsync(ct), ct);

    public async Task<Result<bool>> OverrideAsync(
        string flag,
        string slug,
        bool? isOn,
        CancellationToken ct
    ) => await overrideFlag.RunAsync(flag, slug, isOn, await session.EnterAsync(ct), ct);

    public async Task<Result<SupportRef>> EnterAsync(
        string slug,
        string reason,
        CancellationToken ct
    ) => await support.RunAsync(slug, reason, await session.EnterAsync(ct), ct);
}

internal static class TenantsRegistration
{
    public static void AddTenants(this IServiceCollection services) =>
        services.AddScoped<ITenantsData, TenantsData>().AddScoped<IGeneralData, GeneralData>();
}
