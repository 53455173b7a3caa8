using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Contacts;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Contacts;

/// <summary>Contacts of the tenant of the address.</summary>
internal sealed class ContactsData(
    TenantSession session,
    ContactFiles files,
    LiveHub live,
    TimeProvider clock
) : IContactsData
{
    private const int Shown = 8;
    private const int MostErrors = 100;

    public async Task<ContactWords> WordsAsync(CancellationToken ct)
    {
        var words = await session.ReadAsync(
            async (unit, token) =>
                new ContactWords(
                    await unit.ListTagsAsync(token),
                    await unit.ListInboxChannelsAsync(token),
                    [
                        .. (await unit.ListFieldsAsync(token)).Where(field =>
                            field.IsActive && field.Subject == CustomFieldSubjects.Contact
                        ),
                    ],
                    await unit.ListSegmentsAsync(token),
                    unit.Actor.Id,
                    unit.Actor.May(MemberPermissions.ContactsWrite),
                    unit.Actor.SeesAllChannels,
                    unit.Actor.May(MemberPermissions.TagsWrite),
                    PhoneText.RegionOf(unit.Tenant)
                ),
            ContactWords.None,
            ct
        );
        return words;
    }

    public Task<ContactRows> ListAsync(
        ContactFilter filter,
        ContactCursor? after,
        CancellationToken ct
    ) =>
        session.ReadAsync(
            (unit, token) => unit.ListContactsAsync(filter, after, token),
            new ContactRows([], Next: null, IsCut: false),
            ct
        );

    public Task<ContactProfile?> FindAsync(Guid contactId, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.FindContactAsync(contactId, token),
            fallback: null,
            ct
        );

    public Task<IReadOnlyList<ContactRow>> LookUpAsync(string text, CancellationToken ct) =>
        session.ReadAsync((unit, token) => unit.FindContactsAsync(text, Shown, token), [], ct);

    public Task<MergePreview?> PreviewMergeAsync(Guid keepId, Guid otherId, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.PreviewMergeAsync(keepId, otherId, token),
            fallback: null,
            ct
        );

    public Task<Result<T>> RunAsync<T>(ITenantOperation<T> operation, CancellationToken ct) =>
        session.RunAsync(operation, ct);

    public async Task<Result<Guid>> TakeFileAsync(
        string fileName,
        Stream content,
        CancellationToken ct
    ) =>
        await session.EnterAsync(ct) is { } tenant
            ? await files.TakeAsync(tenant, session.Actor, fileName, content, ct)
            : ErrorText.Unavailable;

    public Task<ImportView?> FindImportAsync(Guid importId, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.FindImportAsync(importId, token),
            fallback: null,
            ct
        );

    public Task<IReadOnlyList<ImportView>> ListImportsAsync(CancellationToken ct) =>
        session.ReadAsync((unit, token) => unit.ListImportsAsync(token), [], ct);

    public Task<IReadOnlyList<ImportLine>> ErrorsAsync(Guid importId, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) =>
                unit.ListImportLinesAsync(importId, 0, MostErrors, onlyErrors: true, token),
            [],
            ct
        );

    public async Task<IDisposable> SubscribeAsync(Func<Task> onChange, CancellationToken ct)
    {
        var watch = new ContactWatch(clock, onChange);
        if (await session.EnterAsync(ct) is { } tenant)
        {
            watch.Start(hear => live.Subscribe(tenant.Id, hear));
        }
        return watch;
    }
}

internal static class ContactsRegistration
{
    public static void AddContacts(this IServiceCollection services)
    {
        services.AddScoped<IContactsData, ContactsData>();
        services.AddScoped<ICommandSource, ContactCommands>();
    }
}

/// <summary>Marks the texts of contacts.</summary>
public sealed class ContactsText;
