using System.Globalization;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Jobs.Mail;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Features.Account;
using FlameAssistant.Web.Platform;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Web.Features.Members;

/// <summary>The accounts, for the super-admin of this circuit.</summary>
internal sealed class PeopleData(
    SystemSession session,
    SystemPeopleQueries people,
    UnlockPerson unlock,
    SetPersonActive setActive,
    SetSuperAdmin setSuperAdmin,
    NotePasswordReset noteReset,
    IServiceScopeFactory scopes,
    MailQueue mails,
    PublicAddress address
) : IPeopleData
{
    public async Task<PersonPage> PageAsync(PersonFilter filter, CancellationToken ct) =>
        await people.PageAsync(filter, await session.EnterAsync(ct), ct);

    public async Task<PersonDetail?> FindAsync(Guid id, CancellationToken ct) =>
        await people.FindAsync(id, await session.EnterAsync(ct), ct);

    public async Task<bool> IsMeAsync(Guid id, CancellationToken ct) =>
        (await session.EnterAsync(ct)).Id == id;

    public async Task<Result<bool>> UnlockAsync(Guid id, CancellationToken ct) =>
        await unlock.RunAsync(id, await session.EnterAsync(ct), ct);

    public async Task<Result<bool>> SetActiveAsync(Guid id, bool isActive, CancellationToken ct) =>
        await setActive.RunAsync(id, isActive, await session.EnterAsync(ct), ct);

    public async Task<Result<bool>> SetSuperAdminAsync(
        Guid id,
        bool isSuperAdmin,
        CancellationToken ct
    ) => await setSuperAdmin.RunAsync(id, isSuperAdmin, await session.EnterAsync(ct), ct);

    public async Task<Result<bool>> SendResetAsync(Guid id, CancellationToken ct)
    {
        var noted = await noteReset.RunAsync(id, await session.EnterAsync(ct), ct);
        if (!noted.IsOk)
        {
            return noted.Error;
        }
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = await users.FindByIdAsync(id.ToString());
        if (user is null)
        {
            return PersonErrors.Unknown;
        }
        var code = LinkCode.Write(await users.GeneratePasswordResetTokenAsync(user));
        mails.Send(
            MailTemplates.PasswordReset(
                user.Language ?? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
                user.Email!,
                address.Of($"{Urls.ResetPassword}?user={user.Id}&code={code}")
            )
        );
        return true;
    }
}
