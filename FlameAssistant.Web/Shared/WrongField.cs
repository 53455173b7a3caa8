using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FlameAssistant.Web.Shared;

/// <summary>Leads a person to the first field of a form that is wrong, once it is drawn.</summary>
internal static class WrongField
{
    public static async Task ShowAsync(IJSRuntime js, ElementReference form)
    {
        try
        {
            await using var module = await js.InvokeAsync<IJSObjectReference>(
                "import",
                "./browser.js"
            );
            await module.InvokeVoidAsync("focusWrong", form);
        }
        catch (JSDisconnectedException)
        {
            // The browser went first.
        }
        catch (OperationCanceledException)
        {
            // Likewise, while the call was on its way.
        }
    }
}
