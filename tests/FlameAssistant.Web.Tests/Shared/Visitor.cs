using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Tests.Shared;

/// <summary>A browser without scripts: it keeps cookies, follows what it is told, fills forms and presses their buttons.</summary>
public sealed class Visitor : IDisposable
{
    private readonly HttpClient http;

    public Visitor(Uri site)
    {
        http = new HttpClient(
            new SocketsHttpHandler
            {
                CookieContainer = new CookieContainer(),
                AllowAutoRedirect = false,
            }
        )
        {
            BaseAddress = site,
        };
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        http.DefaultRequestHeaders.Add("Accept-Language", "en");
    }

    public IHtmlDocument Page { get; private set; } = null!;

    public HttpStatusCode Status { get; private set; }

    /// <summary>Where one arrived, with its query.</summary>
    public string Path { get; private set; } = "/";

    public void Dispose() => http.Dispose();

    /// <summary>What an address answers, before anything is followed.</summary>
    public async Task<(HttpStatusCode Status, string? Location)> AskAsync(string path)
    {
        using var answer = await http.GetAsync(path);
        return (answer.StatusCode, answer.Headers.Location?.ToString());
    }

    public async Task OpenAsync(string path) => await ShowAsync(path, await http.GetAsync(path));

    public IElement? Find(string testId) => Page.QuerySelector($"[data-testid='{testId}']");

    public IElement See(string testId) =>
        Find(testId)
        ?? throw new InvalidOperationException($"No {testId} at {Path}: {Page.Body?.TextContent}");

    /// <summary>Fills fields by their test id, and presses a button.</summary>
    public async Task SubmitAsync(string button, params (string TestId, string Value)[] filled)
    {
        var pressed = (IHtmlButtonElement)See(button);
        var form = pressed.Form!;
        foreach (var (testId, value) in filled)
        {
            switch (See(testId))
            {
                case IHtmlInputElement input:
                    input.Value = value;
                    break;
                case IHtmlSelectElement select:
                    select.Value = value;
                    break;
            }
        }
        var fields = form
            .Elements.OfType<IHtmlInputElement>()
            .Where(i => i.Name is { Length: > 0 } && (i.Type is not "checkbox" || i.IsChecked))
            .Select(i => KeyValuePair.Create(i.Name!, i.Value))
            .Concat(
                form.Elements.OfType<IHtmlSelectElement>()
                    .Select(s => KeyValuePair.Create(s.Name!, s.Value ?? ""))
            )
            .ToList();
        if (pressed.Name is { Length: > 0 } name)
        {
            fields.Add(KeyValuePair.Create(name, pressed.Value));
        }
        var action = form.GetAttribute("action") is { Length: > 0 } given ? given : Path;
        using var content = new FormUrlEncodedContent(fields);
        await ShowAsync(action, await http.PostAsync(action, content));
    }

    public async Task SignInAsync(string user, string password = SiteHost.Password)
    {
        await OpenAsync(Urls.SignIn);
        await SubmitAsync("sign-in-submit", ("sign-in-user", user), ("sign-in-password", password));
    }

    private async Task ShowAsync(string path, HttpResponseMessage answer)
    {
        for (var hops = 0; answer.Headers.Location is { } next && hops < 8; hops++)
        {
            path = next.IsAbsoluteUri ? next.PathAndQuery : next.ToString();
            answer.Dispose();
            answer = await http.GetAsync(path);
        }
        (Status, Path) = (answer.StatusCode, path);
        Page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
        answer.Dispose();
    }
}
