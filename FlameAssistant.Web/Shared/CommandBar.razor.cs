using FlameAssistant.Web.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace FlameAssistant.Web.Shared;

/// <summary>Anywhere by name: Ctrl/⌘ K, some letters, Enter. Features bring what is found.</summary>
public sealed partial class CommandBar : IAsyncDisposable
{
    private readonly List<CommandItem> items = [];
    private ElementReference dialog;
    private ScriptOf<CommandBar>? script;
    private string text = "";
    private int chosen;
    private int asked;
    private Task searching = Task.CompletedTask;

    [Inject]
    private IEnumerable<ICommandSource> Sources { get; set; } = [];

    [Inject]
    private TenantSession Session { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    /// <summary>Called by the script when the keys are pressed.</summary>
    [JSInvokable]
    public async Task OpenAsync()
    {
        await SearchAsync();
        StateHasChanged();
    }

    /// <summary>Called when it closes: emptied then and not at the next opening, when somebody types already.</summary>
    [JSInvokable]
    public void Closed()
    {
        text = "";
        items.Clear();
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        if (script is not null)
        {
            await script.DisposeAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            script = await ScriptOf<CommandBar>.StartAsync(
                Js,
                "./Shared/CommandBar.razor.js",
                this,
                dialog
            );
        }
    }

    private Task SearchAsync() => searching = FindAsync();

    private async Task FindAsync()
    {
        var mine = ++asked;
        var found = new List<CommandItem>();
        if (await Session.EnterAsync(CancellationToken.None) is { } tenant)
        {
            foreach (var source in Sources)
            {
                found.AddRange(await source.FindAsync(tenant, text, CancellationToken.None));
            }
        }
        // A slower answer to an earlier letter is of no use any more.
        if (mine == asked)
        {
            items.Clear();
            // Places first, then what can be done; the lines of a group stand together, as the arrow keys go.
            var actions = L["Command.Actions"].Value;
            items.AddRange(
                found
                    .GroupBy(item => item.Group, StringComparer.Ordinal)
                    .OrderBy(group => group.Key == actions)
                    .SelectMany(group => group)
            );
            chosen = 0;
        }
    }

    private async Task KeyAsync(KeyboardEventArgs e)
    {
        switch (e.Key)
        {
            case "ArrowDown" when items.Count > 0:
                chosen = (chosen + 1) % items.Count;
                break;
            case "ArrowUp" when items.Count > 0:
                chosen = (chosen + items.Count - 1) % items.Count;
                break;
            case "Enter":
                // Who types fast means what they typed, not what was found before.
                await searching;
                if (chosen < items.Count)
                {
                    await RunAsync(items[chosen]);
                }
                break;
        }
    }

    private async Task RunAsync(CommandItem item)
    {
        await CloseAsync();
        if (item.Press is { } control)
        {
            await (script?.CallAsync("press", control) ?? ValueTask.CompletedTask);
            return;
        }

        var here = "/" + Navigation.ToBaseRelativePath(Navigation.Uri);
        Navigation.NavigateTo(
            item.Href,
            forceLoad: Urls.SlugOf(item.Href) is null || Urls.SlugOf(item.Href) != Urls.SlugOf(here)
        );
    }

    private async Task CloseAsync()
    {
        if (script is not null)
        {
            await script.CallAsync("close");
        }
    }
}
