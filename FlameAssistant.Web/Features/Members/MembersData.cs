using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Mail;
using FlameAssistant.Web.Platform;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Members;

/// <summary>The members of the tenant of the address. Letters go out when the invitation is committed.</summary>
internal sealed class MembersData(
    TenantSession session,
    MemberDirectory members,
    MailQueue mails,
    PublicAddress address,
    LiveHub live
) : IMembersData
{
    public Guid MeId => session.Actor.Id;

    public bool IsOwner => session.Actor.May(MemberPermissions.Ownership);

    public IReadOnlySet<string> Permissions => session.Actor.Permissions;

    public Task<MemberList?> ListAsync(CancellationToken ct) =>
        session.ReadAsync((unit, token) => unit.ListMembersAsync(token), fallback: null, ct);

    public async Task<Result<MemberInvitation>> InviteAsync(
        string email,
        string role,
        CancellationToken ct
    ) => await MailAsync(await session.RunAsync(new InviteMember(email, role), ct), ct);

    public async Task<Result<MemberInvitation>> ResendAsync(Guid userId, CancellationToken ct) =>
        await MailAsync(await session.RunAsync(new ResendInvitation(userId), ct), ct);

    public Task<Result<bool>> RunAsync(ITenantOperation<bool> operation, CancellationToken ct) =>
        session.RunAsync(operation, ct);

    public async Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? live.Subscribe(
                tenant.Id,
                e =>
                {
                    if (e.Kind is LiveKinds.Member or LiveKinds.Resync)
                    {
                        _ = onChange();
                    }
                }
            )
            : null;

    private async Task<Result<MemberInvitation>> MailAsync(
        Result<MemberInvitation> made,
        CancellationToken ct
    )
    {
        if (made.IsOk && await session.EnterAsync(ct) is { } tenant)
        {
            var inviter = await members.FindAsync(tenant.Id, session.Actor.Id, ct);
            mails.Send(
                MailTemplates.Invitation(
                    made.Value.Language,
                    made.Value.Email,
                    tenant.Brand,
                    inviter?.DisplayName,
                    address.Of(Urls.InvitationOf(made.Value.Token))
                )
            );
        }
        return made;
    }
}

internal static class MembersRegistration
{
    public static void AddMembers(this IServiceCollection services) =>
        services
            .AddScoped<IMembersData, MembersData>()
            .AddScoped<ITeamsData, TeamsData>()
            .AddScoped<ICommandSource, MemberCommands>()
            .AddScoped<IPeopleData, PeopleData>();
}
