using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FlameAssistant.Web.Shared;

/// <summary>
/// A component's own script: the module beside it exports <c>start(element, component)</c>, which returns an object with
/// <c>stop()</c>. Both ends are let go when the component is.
/// </summary>
public sealed class ScriptOf<T> : IAsyncDisposable
    where T : class
{
    private readonly DotNetObjectReference<T> component;
    private readonly IJSObjectReference module;
    private readonly IJSObjectReference? started;

    private ScriptOf(
        DotNetObjectReference<T> component,
        IJSObjectReference module,
        IJSObjectReference? started
    ) => (this.component, this.module, this.started) = (component, module, started);

    public static async Task<ScriptOf<T>> StartAsync(
        IJSRuntime js,
        string path,
        T component,
        ElementReference element
    )
    {
        var reference = DotNetObjectReference.Create(component);
        var imported = await js.InvokeAsync<IJSObjectReference>("import", path);
        var running = await imported.InvokeAsync<IJSObjectReference?>("start", element, reference);
        return new ScriptOf<T>(reference, imported, running);
    }

    public ValueTask CallAsync(string function, params object?[] arguments) =>
        started?.InvokeVoidAsync(function, arguments) ?? ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (started is not null)
            {
                await started.InvokeVoidAsync("stop");
                await started.DisposeAsync();
            }

            await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser went first, and took its half along.
        }
        catch (OperationCanceledException)
        {
            // Likewise, while the call was on its way.
        }

        component.Dispose();
    }
}
