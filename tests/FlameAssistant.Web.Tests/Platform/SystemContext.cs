using System.Globalization;
using Bunit;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tests.Conversations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace FlameAssistant.Web.Tests.Platform;

/// <summary>A browser that runs no script, with what the pages of <c>/system</c> and of settings stand on.</summary>
public abstract class SystemContext : BunitContext
{
    protected SystemContext()
    {
        Speak("en");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddScoped<BrowserTime>();
        AddAuthorization().SetAuthorized("root");
    }

    internal FakeTime Time { get; } = new(Some.Noon);

    protected static void Speak(string language) =>
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);

    protected IRenderedComponent<T> OpenAt<T>(
        string address,
        Action<ComponentParameterCollectionBuilder<T>>? parameters = null
    )
        where T : IComponent
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        Render<MudPopoverProvider>();
        return Render<T>(parameters ?? (_ => { }));
    }

    protected string Address => Services.GetRequiredService<NavigationManager>().Uri;

    protected static string Id(string testId) => $"[data-testid='{testId}']";
}
