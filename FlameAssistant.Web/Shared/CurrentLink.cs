using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FlameAssistant.Web.Shared;

/// <summary>Brings the link of this page into view, in a row of links that a phone shows a part of.</summary>
internal static class CurrentLink
{
    public static async Task ShowAsync(IJSRuntime js, ElementReference nav)
    {
        try
        {
            await using var module = await js.InvokeAsync<IJSObjectReference>(
                "import",
                "./browser.js"
            );
            await module.InvokeVoidAsync("showCurrent", nav);
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
