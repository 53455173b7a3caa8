using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using FlameAssistant.Data.Channels;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Testing;
using FlameAssistant.Web.Features.Channels;
using FlameAssistant.Web.Shared;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FlameAssistant.Web.Tests.Channels;

public sealed class SessionPartTests : BunitContext
{
    private static readonly Guid id = Guid.CreateVersion7();
    private static readonly DateTimeOffset now = DateTimeOffset.UtcNow;
    private readonly FakeSession data = new();
    private readonly TestClock clock = new();
    private string? asked;
    private Func<Task>? then;

    private static readonly ChannelDefinition definition = new(
        ChannelTypes.WhatsAppWeb,
        "WhatsApp Web",
        "session",
        [],
        null,
        TimeSpan.Zero
    )
    {
        Texts = typeof(FlameAssistant.Jobs.Channels.WhatsAppWeb.WhatsAppWebText),
    };

    public SessionPartTests()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en-GB");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddSingleton<TimeProvider>(clock);
        Services.AddSingleton<ISessionData>(data);
        Services.AddScoped<BrowserTime>();
    }

    [Theory]
    [InlineData(SessionStates.Starting, "Starting", true, false)]
    [InlineData(SessionStates.ScanQrCode, "Scan the code", true, false)]
    [InlineData(SessionStates.Working, "Linked", false, true)]
    [InlineData(SessionStates.Stopped, "Stopped", true, false)]
    [InlineData(SessionStates.Failed, "Failed", true, false)]
    [InlineData(SessionStates.PasskeyRequired, "Passkey needed", true, false)]
    [InlineData(SessionStates.LoggedOut, "Unlinked", true, false)]
    [InlineData(SessionStates.Unreachable, "No answer", true, false)]
    public void Part_should_say_how_the_session_is_and_what_can_be_done(
        string state,
        string word,
        bool restart,
        bool logOut
    )
    {
        data.View = new SessionView(new SessionReport(state, now));
        var part = Render();
        ById(part, "session-state").TextContent.ShouldBe(word);
        ById(part, "session-sentence").TextContent.ShouldNotStartWith("Session.");
        ById(part, "session-risk").TextContent.ShouldContain("ban");
        (All(part, "session-restart").Count, All(part, "session-logout").Count).ShouldBe(
            (restart ? 1 : 0, logOut ? 1 : 0)
        );
    }

    [Fact]
    public async Task Part_should_draw_the_code_and_another_when_it_changes()
    {
        data.View = Scanning("2@one");
        var part = Render();
        var first = ById(part, "session-qr").InnerHtml;
        first.ShouldContain("<svg");
        part.Markup.ShouldNotContain("2@one");

        data.View = Scanning("2@two");
        clock.Advance(TimeSpan.FromSeconds(3));
        part.WaitForAssertion(() => ById(part, "session-qr").InnerHtml.ShouldNotBe(first));

        data.View = new SessionView(
            new SessionReport(SessionStates.Working, now, "5511990000001", "<b>Loja</b>")
        );
        await data.Tell();
        part.WaitForAssertion(() =>
            ById(part, "session-account").TextContent.ShouldContain("+5511990000001")
        );
        All(part, "session-qr").ShouldBeEmpty();
        ById(part, "session-account").QuerySelector("b").ShouldBeNull();
    }

    [Fact]
    public void Part_should_show_a_picture_where_there_is_no_text()
    {
        data.View = new SessionView(new SessionReport(SessionStates.ScanQrCode, now))
        {
            Picture = "data:image/png;base64,iVBORw0KGgo=",
        };
        ById(Render(), "session-qr")
            .GetAttribute("src")
            .ShouldBe("data:image/png;base64,iVBORw0KGgo=");
    }

    [Fact]
    public void Part_should_leave_a_linked_number_alone()
    {
        data.View = new SessionView(new SessionReport(SessionStates.Working, now));
        Render();
        var looks = data.Looks;
        clock.Advance(TimeSpan.FromSeconds(30));
        data.Looks.ShouldBe(looks);
    }

    [Fact]
    public async Task Part_should_show_a_code_to_type()
    {
        data.View = Scanning("2@one");
        data.Pairing = "ABCD-EFGH";
        var part = Render();
        ById(part, "session-phone").Change("+55 11 99000-0001");
        ById(part, "session-pair").Submit();
        part.WaitForAssertion(() =>
            ById(part, "session-pairing-code").TextContent.ShouldBe("ABCD-EFGH")
        );
        data.Phone.ShouldBe("+55 11 99000-0001");

        // The next look knows nothing of it, and it is still to be typed.
        await data.Tell();
        ById(part, "session-pairing-code").TextContent.ShouldBe("ABCD-EFGH");
    }

    [Fact]
    public void Part_should_say_what_the_gateway_refuses()
    {
        data.View = new SessionView(null, "key_refused", "Unauthorized <b>");
        var problem = ById(Render(), "session-problem");
        problem.TextContent.ShouldContain("refuses the API key");
        problem.TextContent.ShouldContain("Unauthorized <b>");
    }

    [Fact]
    public async Task Part_should_ask_before_it_unlinks()
    {
        data.View = new SessionView(new SessionReport(SessionStates.Working, now));
        var part = Render();
        ById(part, "session-logout").Click();
        data.LogOuts.ShouldBe(0);
        asked.ShouldBe("Unlink this number?");
        await part.InvokeAsync(then!);
        data.LogOuts.ShouldBe(1);
    }

    private static SessionView Scanning(string code) =>
        new(new SessionReport(SessionStates.ScanQrCode, now)) { Code = code };

    private IRenderedComponent<SessionPart> Render() =>
        Render<SessionPart>(p =>
            p.Add(x => x.ChannelId, id)
                .Add(x => x.Definition, definition)
                .Add(
                    x => x.Ask,
                    (ask, _, _, action) =>
                    {
                        (asked, then) = (ask, action);
                        return Task.CompletedTask;
                    }
                )
        );

    private static IElement ById(IRenderedComponent<SessionPart> part, string name) =>
        part.Find($"[data-testid={name}]");

    private static IReadOnlyList<IElement> All(IRenderedComponent<SessionPart> part, string name) =>
        part.FindAll($"[data-testid={name}]");

    private sealed class FakeSession : ISessionData
    {
        private Func<Task>? told;

        public SessionView? View { get; set; }

        public string? Pairing { get; set; }

        public string? Phone { get; private set; }

        public int Looks { get; private set; }

        public int LogOuts { get; private set; }

        public Task Tell() => told?.Invoke() ?? Task.CompletedTask;

        public Task<SessionView?> LookAsync(Guid channelId, CancellationToken ct)
        {
            Looks++;
            return Task.FromResult(View);
        }

        public Task<SessionView?> RestartAsync(Guid channelId, CancellationToken ct) =>
            Task.FromResult(View);

        public Task<SessionView?> LogOutAsync(Guid channelId, CancellationToken ct)
        {
            LogOuts++;
            return Task.FromResult(View);
        }

        public Task<SessionView?> PairAsync(Guid channelId, string phone, CancellationToken ct)
        {
            Phone = phone;
            return Task.FromResult(View is null ? null : View with { PairingCode = Pairing });
        }

        public Task<IDisposable?> SubscribeAsync(
            Guid channelId,
            Func<Task> onChange,
            CancellationToken ct
        )
        {
            told = onChange;
            return Task.FromResult<IDisposable?>(null);
        }
    }
}
