using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Features.Conversations;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Contacts;

/// <summary>One person: how they are reached, what they said, what colleagues know.</summary>
public sealed partial class ContactPage : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private ContactWords words = ContactWords.None;
    private ContactProfile? profile;
    private ContactDialog? editor;
    private MergeDialog? merger;
    private ConsentDialog? consent;
    private EraseDialog? eraser;
    private ConfirmDialog? confirm;
    private IDisposable? subscription;
    private Guid shown;
    private bool isLoaded;
    private bool isErased;
    private string note = "";

    [Parameter]
    public string Slug { get; set; } = "";

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private IContactsData Data { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private string Name => profile!.Name ?? profile.Phone ?? profile.Email ?? L["Nameless"].Value;

    private IEnumerable<TagRow> FreeTags =>
        words.Tags.Where(tag => tag.IsActive && profile!.Tags.All(has => has.Id != tag.Id));

    public void Dispose()
    {
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        await Time.EnsureAsync();
        subscription = await Data.SubscribeAsync(() => InvokeAsync(ReloadAsync), gone.Token);
        words = await Data.WordsAsync(gone.Token);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (shown != Id)
        {
            shown = Id;
            (profile, isLoaded) = (await Data.FindAsync(Id, gone.Token), true);
            if (profile is not null && profile.Id != Id)
            {
                // Merged into another one meanwhile: its address is that one's.
                shown = profile.Id;
                Navigation.NavigateTo(Urls.Contact(Slug, profile.Id), replace: true);
            }
        }
    }

    private async Task ReloadAsync()
    {
        if (!gone.IsCancellationRequested && !isErased)
        {
            words = await Data.WordsAsync(gone.Token);
            profile = await Data.FindAsync(shown, gone.Token);
            StateHasChanged();
        }
    }

    private static string NameOf(ContactHint hint) => hint.Name ?? hint.Phone ?? hint.Email ?? "?";

    /// <summary>Tells of what went wrong; what went well is seen.</summary>
    private async Task<Error?> RunAsync<T>(ITenantOperation<T> operation)
    {
        var done = await Attempt.RunAsync(() => Data.RunAsync(operation, CancellationToken.None));
        if (done.Error is { Fields: null } error)
        {
            Snackbar.Add(L.Of(error), Severity.Error);
        }
        await ReloadAsync();
        return done.Error;
    }

    private Task<Error?> SaveAsync(string? name, string? phone, string? email) =>
        RunAsync(new ChangeContact(profile!.Id, name, phone, email));

    private Task<Error?> SaveFieldsAsync(IReadOnlyDictionary<string, string?> values) =>
        RunAsync(new SetContactFields(profile!.Id, values));

    private async Task AddTagAsync(ChangeEventArgs e)
    {
        if (Guid.TryParse(e.Value as string, out var tag))
        {
            await RunAsync(new TagContact(profile!.Id, [tag], []));
        }
    }

    private async Task AddNoteAsync()
    {
        if (await RunAsync(new AddContactNote(profile!.Id, note)) is null)
        {
            note = "";
        }
    }

    private Task AskBlockAsync() =>
        profile!.IsBlocked
            ? RunAsync(new BlockContact(profile.Id, IsBlocked: false))
            : confirm!.ShowAsync(
                L["Block.Title", Name],
                L["Block.Text"],
                L["Block"],
                () => RunAsync(new BlockContact(profile.Id, IsBlocked: true))
            );

    private async Task<Error?> MergeAsync(Guid other, IReadOnlyList<string> take)
    {
        var error = await RunAsync(new MergeContacts(profile!.Id, other, take));
        if (error is null)
        {
            Snackbar.Add(L["Merge.Done"], Severity.Success);
        }
        return error;
    }

    private async Task UndoAsync(ProfileMerge merge)
    {
        if (await RunAsync(new UndoMerge(merge.Id)) is null)
        {
            Snackbar.Add(
                L["Merge.Undone", merge.Name ?? merge.Phone ?? merge.Email ?? L["Nameless"].Value],
                Severity.Success
            );
        }
    }

    private async Task<Error?> EraseAsync(string typed)
    {
        var erased = await Attempt.RunAsync(() =>
            Data.RunAsync(new EraseContact(profile!.Id, typed), CancellationToken.None)
        );
        if (erased.IsOk)
        {
            isErased = true;
            Snackbar.Add(L["Erase.Done"], Severity.Success);
            Navigation.NavigateTo(Urls.Contacts(Slug), replace: true);
        }
        return erased.Error;
    }
}
