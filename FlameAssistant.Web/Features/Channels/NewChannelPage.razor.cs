using FlameAssistant.Data.Channels;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>
/// Connects a channel: what to do at the provider, what to enter here, what the provider says of it, what to copy there, and
/// the first message coming in.
/// </summary>
public sealed partial class NewChannelPage : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private ChannelDraftForm? draft;
    private IDisposable? subscription;
    private Guid? connected;
    private bool hasCome;
    private ConfirmDialog? confirm;
    private ElementReference form;
    private bool isLoaded;
    private bool isBusy;
    private bool isCheckable;
    private bool may;

    [Parameter]
    public string Slug { get; set; } = "";

    [Parameter]
    public string Type { get; set; } = "";

    [Inject]
    private IChannelsData Data { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private BrowserTime Browser { get; set; } = default!;

    private string? name
    {
        get => draft!.Name;
        set => draft!.Name = value ?? "";
    }

    private bool IsWebChat => Type == ChannelTypes.WebChat;

    /// <summary>Secrets that the form made up and no address shows: this is the only time to copy them.</summary>
    private List<ChannelField> MadeUp =>
        [
            .. draft!.Definition.Fields.Where(f =>
                f.IsGenerated
                && draft[f.Name].Length > 0
                && draft.Definition.Addresses.All(address => address.Field != f.Name)
            ),
        ];

    /// <summary>What the texts of the channel count up from one.</summary>
    private List<string> Steps =>
        [
            .. Enumerable
                .Range(1, 20)
                .Select(step => draft!.Definition.Say($"Step.{step}"))
                .TakeWhile(step => step is not null)
                .OfType<string>(),
        ];

    public void Dispose()
    {
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        await Browser.EnsureAsync();
        may = await Data.MayManageAsync(gone.Token);
        subscription = await Data.SubscribeAsync(() => InvokeAsync(LookAsync), gone.Token);
        isLoaded = true;
    }

    protected override void OnParametersSet()
    {
        if (draft?.Definition.Type != Type)
        {
            var definition = Data.Catalog.FirstOrDefault(d => d.Type == Type);
            draft = definition is null ? null : new ChannelDraftForm(definition);
            (connected, hasCome) = (null, false);
            isCheckable = definition is not null && Data.IsCheckable(Type);
        }
    }

    private Task CheckAsync() => AskAsync(form => Data.CheckAsync(form, isNew: true, gone.Token));

    private async Task ConnectAsync()
    {
        if (await AskAsync(form => Data.ConnectAsync(form, gone.Token)) is { ChannelId: { } id })
        {
            connected = id;
            await LookAsync();
        }
    }

    private async Task<ConnectionAnswer> AskAsync(Func<ChannelForm, Task<ConnectionAnswer>> ask)
    {
        isBusy = true;
        try
        {
            var answer = await ask(draft!.Read());
            draft.Take(answer, L);
            if (!answer.IsOk)
            {
                StateHasChanged();
                await WrongField.ShowAsync(Js, form);
            }
            return answer;
        }
        finally
        {
            isBusy = false;
        }
    }

    /// <summary>Whether the first message has come.</summary>
    private async Task LookAsync()
    {
        if (connected is { } id && !hasCome && !gone.IsCancellationRequested)
        {
            hasCome = (await Data.FindAsync(id, gone.Token))?.Health.LastInboundAt is not null;
            StateHasChanged();
        }
    }
}
