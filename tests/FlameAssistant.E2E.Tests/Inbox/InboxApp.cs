using System.Collections.Concurrent;
using System.Net.Http.Json;
using Deque.AxeCore.Commons;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>The product, the simulator and a browser; one workspace with one number.</summary>
public class InboxApp : IAsyncLifetime
{
    public const string Slug = "cafe-flor";
    public const string Account = "200300400500600";
    public const string Agent = "agent@cafe.test";
    public const string Password = "flame-test-2026";

    private const string Ticket = "flame";
    private readonly ConcurrentDictionary<string, (int Times, string Value)> signedIn = new(
        StringComparer.Ordinal
    );
    private IPlaywright? playwright;

    public TestDatabase Database { get; private set; } = null!;

    public SimulatorHost Simulator { get; private set; } = null!;

    public AppProcess App { get; private set; } = null!;

    public IBrowser Browser { get; private set; } = null!;

    public TenantRef Tenant { get; private set; } = null!;

    public TenantRef Other { get; private set; } = null!;

    /// <summary>What a class of tests sets besides.</summary>
    protected virtual IEnumerable<(string, string)> Further => [];

    public static (string, string)[] Settings(SimulatorHost simulator) =>
        [
            ("Flame__Channels__Graph__BaseUrl", simulator.Url),
            ("Flame__Outbound__AllowedPrivateHosts", "127.0.0.1"),
            // Letters are kept here, and no two apps read each other's.
            (
                "Flame__Embedded__DataPath",
                Path.Combine(Path.GetTempPath(), "flame-e2e", Guid.NewGuid().ToString("N"))
            ),
        ];

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Tenant = await Database.NewTenantAsync(Slug);
        Other = await Database.NewTenantAsync("other");
        await NewUserAsync(Agent);
        var channel = await Database.NewChannelAsync(
            Tenant,
            "WhatsApp Café Flor",
            Account,
            // A journey's tenth answer to one customer would else wait for a minute, wherever nine took longer than five seconds.
            settings: new Dictionary<string, string> { ["seconds_per_customer"] = "0" }
        );
        Simulator = await SimulatorHost.StartAsync();
        App = await AppProcess.StartAsync(Database, [.. Settings(Simulator), .. Further]);
        Simulator.Add(Account, $"{App.Url}/webhooks/whatsapp/{channel}", "app-secret");
        Assertions.SetDefaultExpectTimeout(20_000);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM_PATH")
                    is { Length: > 0 } given
                    ? given
                    : "/usr/bin/chromium",
                Args = ["--no-sandbox", "--disable-dev-shm-usage"],
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }
        playwright?.Dispose();
        if (App is not null)
        {
            await App.DisposeAsync();
        }
        if (Simulator is not null)
        {
            await Simulator.DisposeAsync();
        }
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
    }

    public async Task NewUserAsync(
        string email,
        string role = MemberRoles.Agent,
        bool isOwner = false,
        string firstName = "Lucía"
    )
    {
        await using var scope = Database.Services.CreateAsyncScope();
        (
            await scope
                .ServiceProvider.GetRequiredService<CreateUser>()
                .RunAsync(
                    new NewUser(
                        email,
                        Password,
                        Tenant,
                        role,
                        FirstName: firstName,
                        IsOwner: isOwner
                    ),
                    default
                )
        ).IsOk.ShouldBeTrue();
    }

    /// <summary>A browser window of a person's own, without anybody signed in.</summary>
    public async Task<IPage> NewPageAsync(
        bool dark = false,
        bool phone = false,
        string language = "en",
        string? baseUrl = null
    )
    {
        var context = await Browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = baseUrl ?? App.Url,
                ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
                Locale = language == "es" ? "es-MX" : "en-US",
                TimezoneId = "America/Sao_Paulo",
                ViewportSize = phone
                    ? new ViewportSize { Width = 390, Height = 844 }
                    : new ViewportSize { Width = 1440, Height = 900 },
                IsMobile = phone,
                HasTouch = phone,
            }
        );
        context.SetDefaultTimeout(30_000);
        return await context.NewPageAsync();
    }

    /// <summary>Signed in and at the inbox.</summary>
    public async Task<IPage> NewAgentAsync(
        bool dark = false,
        bool phone = false,
        string language = "en",
        string? baseUrl = null,
        string email = Agent
    )
    {
        var page = await NewSignedInAsync(dark, phone, language, baseUrl, email);
        await page.GotoAsync($"/t/{Slug}/inbox");
        await page.GetByTestId("filter-open").WaitForAsync();
        await page.KeysAsync();
        return page;
    }

    /// <summary>
    /// Signed in, and nowhere yet. By the form's request and without its page: the page itself has journeys of its own.
    /// </summary>
    public async Task<IPage> NewSignedInAsync(
        bool dark = false,
        bool phone = false,
        string language = "en",
        string? baseUrl = null,
        string email = Agent
    )
    {
        const string Login = "/account/login";
        var page = await NewPageAsync(dark, phone, language, baseUrl);
        if (await IsSignedInAgainAsync(page, email))
        {
            return page;
        }
        var form = await (await page.APIRequest.GetAsync(Login)).TextAsync();
        const string Token = "name=\"__RequestVerificationToken\" value=\"";
        var from = form.IndexOf(Token, StringComparison.Ordinal) + Token.Length;
        var fields = page.APIRequest.CreateFormData();
        fields.Set("_handler", "sign-in");
        fields.Set("__RequestVerificationToken", form[from..form.IndexOf('"', from)]);
        fields.Set("Form.User", email);
        fields.Set("Form.Password", Password);
        var answer = await page.APIRequest.PostAsync(
            Login,
            new() { Form = fields, MaxRedirects = 0 }
        );
        answer.Status.ShouldBe(302, await answer.TextAsync());
        var ticket = (await page.Context.CookiesAsync()).Single(c => c.Name == Ticket);
        signedIn.AddOrUpdate(
            email,
            (1, ticket.Value),
            (_, known) => (known.Times + 1, ticket.Value)
        );
        return page;
    }

    /// <summary>
    /// An account may sign in twelve times in five minutes, and a class of journeys would do it more often: after the
    /// third time the session of the last one goes on, where it still holds.
    /// </summary>
    private async Task<bool> IsSignedInAgainAsync(IPage page, string email)
    {
        if (!signedIn.TryGetValue(email, out var last) || last.Times < 3)
        {
            return false;
        }
        await page.Context.AddCookiesAsync([
            new Cookie
            {
                Name = Ticket,
                Value = last.Value,
                Url = App.Url,
                HttpOnly = true,
            },
        ]);
        var inbox = await page.APIRequest.GetAsync($"/t/{Slug}/inbox", new() { MaxRedirects = 0 });
        return inbox.Status == 200;
    }

    /// <summary>A customer writes, from a phone that nobody watches.</summary>
    public async Task WriteAsync(string customer, string text)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Simulator.Url) };
        using var written = await http.PostAsJsonAsync(
            $"/simulator/channels/{Account}/messages",
            new
            {
                from = customer,
                name = $"Customer {customer}",
                text,
            }
        );
        written.EnsureSuccessStatusCode();
    }

    /// <summary>An agent with a customer's conversation open.</summary>
    public async Task<IPage> OpenAsync(string customer, string question, string? baseUrl = null)
    {
        var agent = await NewAgentAsync(baseUrl: baseUrl);
        await WriteAsync(customer, question);
        await agent.Row(question).ClickAsync();
        await Expect(agent.Message(question)).ToBeVisibleAsync();
        await agent.ComposerAsync();
        return agent;
    }

    /// <summary>How often a text was taken by the provider.</summary>
    public int Sent(string text) => Simulator.Accepted().Count(m => m.Text == text);

    /// <summary>The simulator's page, before one customer's eyes.</summary>
    public async Task<IPage> NewCustomerAsync(string customer, string language = "en")
    {
        var page = await NewPageAsync(language: language, baseUrl: Simulator.Url);
        await page.GotoAsync($"/?channel={Account}&customer={customer}");
        await page.GetByTestId("channel-select").WaitForAsync();
        return page;
    }
}

internal static class Pages
{
    private static readonly string axe = new BundledAxeScriptProvider().GetScript();

    public static async Task SignInAsync(this IPage page, string user, string password)
    {
        await page.GetByTestId("sign-in-user").FillAsync(user);
        await page.GetByTestId("sign-in-password").FillAsync(password);
        await page.GetByTestId("sign-in-submit").ClickAsync();
    }

    /// <summary>Every script of the page that listens to keys is there; a key pressed before it would be lost.</summary>
    public static async Task KeysAsync(this IPage page)
    {
        await Expect(page.Locator("dialog[data-testid=shell-keys][data-ready]"))
            .ToHaveCountAsync(1);
        await Expect(page.Locator("dialog[data-command-bar][data-ready]")).ToHaveCountAsync(1);
        await Expect(page.Locator(".inbox:not([data-ready])")).ToHaveCountAsync(0);
    }

    /// <summary>As a person can only once the page listens.</summary>
    public static async Task ChooseAsync(this ILocator field, FilePayload file)
    {
        await Expect(field).ToBeEnabledAsync();
        await field.SetInputFilesAsync(file);
    }

    /// <summary>Done, and its dialog out of the way: while that is open, whatever lies behind it takes no letter.</summary>
    public static async Task SubmitDialogAsync(this IPage page, string id)
    {
        await page.GetByTestId($"{id}-submit").ClickAsync();
        await Expect(page.GetByTestId(id)).ToBeHiddenAsync();
    }

    /// <summary>As a customer, on the simulator's page.</summary>
    public static async Task WriteAsync(this IPage page, string text)
    {
        await page.GetByTestId("compose").FillAsync(text);
        await page.GetByTestId("send").ClickAsync();
    }

    /// <summary>As an agent, in the open conversation.</summary>
    public static async Task AnswerAsync(this IPage page, string text)
    {
        await (await page.ComposerAsync()).FillAsync(text);
        await page.GetByTestId("composer").PressAsync("Enter");
    }

    /// <summary>The field once its script takes keys, as until then Enter is a new line, and with no dialog before it.</summary>
    public static async Task<ILocator> ComposerAsync(this IPage page)
    {
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-testid=composer][data-ready]")).ToBeVisibleAsync();
        return page.GetByTestId("composer");
    }

    public static ILocator Row(this IPage page, string text) =>
        page.GetByTestId("conversation-row").Filter(new LocatorFilterOptions { HasText = text });

    public static ILocator Message(this IPage page, string text, string? status = null) =>
        page.Locator(
                status is null
                    ? "[data-testid=message]"
                    : $"[data-testid=message][data-status={status}]"
            )
            .Filter(new LocatorFilterOptions { HasText = text });

    public static async Task ShouldBeAccessibleAsync(this IPage page, string where)
    {
        // What fades in or out has its colours only when it has ended.
        await page.EvaluateAsync(
            """
            () => Promise.allSettled(document.getAnimations()
              .filter((a) => a.effect?.getComputedTiming().endTime < 5000)
              .map((a) => a.finished))
            """
        );
        // A notice goes by itself, also while its colours are looked at: they are those that it stands there with.
        await page.EvaluateAsync(
            """
            () => {
              const still = new CSSStyleSheet();
              still.replaceSync(".mud-snackbar { animation: none !important; opacity: 1 !important; }");
              document.adoptedStyleSheets.push(still);
            }
            """
        );
        // In the page itself: the package's way opens a blank page each time to gather what frames found; there are none.
        await page.EvaluateAsync(axe);
        var found = await page.EvaluateAsync<string[]>(
            """
            async () => (await window.axe.run({ resultTypes: ["violations"] })).violations
              .filter((v) => ["serious", "critical"].includes(v.impact))
              .map((v) => `${v.id}: ${v.help} ${v.nodes.map((n) => n.html).join(" | ")}`)
            """
        );

        found.Select(problem => $"{where}: {problem}").ShouldBeEmpty();
    }

    public static Task PictureAsync(this IPage page, string name) =>
        page.ScreenshotAsync(
            new PageScreenshotOptions
            {
                Path = Path.Combine(
                    AppProcess.SolutionFolder(),
                    "artifacts",
                    "screenshots",
                    name + ".png"
                ),
            }
        );
}
