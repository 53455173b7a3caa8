using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using FlameAssistant.Web.Features.Conversations;
using FlameAssistant.Web.Shared;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>A browser that runs no script, with the inbox's services and a fake world behind them.</summary>
public abstract class InboxContext : BunitContext
{
    protected InboxContext()
    {
        Speak("en");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton<IInboxData>(Data);
        Services.AddScoped<BrowserTime>();
        AddAuthorization().SetAuthorized("ana");
    }

    internal FakeInboxData Data { get; } = new();

    internal FakeTime Time { get; } = new(Some.Noon);

    protected static void Speak(string language) =>
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);

    protected IRenderedComponent<InboxPage> Open(long? number = null)
    {
        Render<MudPopoverProvider>();
        return Render<InboxPage>(page => page.Add(p => p.Slug, "acme").Add(p => p.Number, number));
    }

    internal static IElement ById(IRenderedComponent<InboxPage> page, string id) =>
        page.Find($"[data-testid='{id}']");

    internal static IReadOnlyList<IElement> AllById(
        IRenderedComponent<InboxPage> page,
        string id
    ) => page.FindAll($"[data-testid='{id}']");

    internal static void Type(IRenderedComponent<InboxPage> page, string text) =>
        ById(page, "composer").Input(text);

    internal static void Send(IRenderedComponent<InboxPage> page) =>
        ById(page, "composer-send").Click();
}
