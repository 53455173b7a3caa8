using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Features.Channels;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FlameAssistant.Web.Tests.Channels;

public sealed class QuarantineListTests : BunitContext
{
    private static readonly QuarantineRow row = new(
        Guid.CreateVersion7(),
        "whatsapp",
        Guid.CreateVersion7(),
        "Shop",
        "acme",
        "The account <script>1</script> is unknown.",
        QuarantineStates.Open,
        2048,
        DateTimeOffset.UtcNow
    );

    private readonly Fake data = new();

    public QuarantineListTests()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en-GB");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddSingleton(TimeProvider.System);
        Services.AddScoped<BrowserTime>();
        AddAuthorization().SetAuthorized("olga");
    }

    [Fact]
    public void Rows_should_say_why_and_show_on_demand_what_came()
    {
        var list = Open();
        ById(list, "quarantine-reason").TextContent.ShouldBe(row.Reason);
        list.FindAll("script").ShouldBeEmpty();
        ById(list, "quarantined").TextContent.ShouldContain("whatsapp · Shop");
        ById(list, "quarantine-show").Click();
        ById(list, "quarantine-body").TextContent.ShouldBe("{ \"body\": \"<b>\" }");
        ById(list, "quarantine-show").GetAttribute("aria-expanded").ShouldBe("true");
        ById(list, "quarantine-show").Click();
        list.FindAll("pre").ShouldBeEmpty();
    }

    [Fact]
    public void One_or_all_should_be_replayed_and_one_put_aside()
    {
        var list = Open();
        ById(list, "quarantine-replay").Click();
        ById(list, "quarantine-dismiss").Click();
        ById(list, "quarantine-replay-all").Click();
        ById(list, "confirm-submit").Click();
        data.Calls.ShouldBe([$"replay {row.Id}", $"dismiss {row.Id}", "replay all"]);
    }

    [Fact]
    public void What_another_was_faster_with_should_be_said()
    {
        data.Refusal = QuarantineErrors.Gone;
        var list = Open();
        ById(list, "quarantine-replay").Click();
        ById(list, "quarantine-problem").TextContent.ShouldContain("not open any more");
    }

    [Fact]
    public void Who_only_reads_should_not_be_offered_to_decide()
    {
        data.MayDecide = false;
        var list = Open();
        list.FindAll("[data-testid=quarantine-replay],[data-testid=quarantine-replay-all]")
            .ShouldBeEmpty();
        ById(list, "quarantine-show").ShouldNotBeNull();
    }

    [Fact]
    public void Who_may_not_should_be_told_so()
    {
        data.IsDenied = true;
        ById(Open(), "quarantine-denied").ShouldNotBeNull();
    }

    [Fact]
    public void State_and_tenant_should_be_in_the_address()
    {
        var list = Open(isSystem: true, tenant: "-", state: "dismissed");
        data.Asked.ShouldBe(("dismissed", ""));
        ById(list, "quarantine-replayed")
            .GetAttribute("href")
            .ShouldBe("/q?state=replayed&tenant=-");
        ById(list, "quarantine-open").GetAttribute("href").ShouldBe("/q?tenant=-");
        ById(list, "quarantine-tenant").Change("acme");
        Services
            .GetRequiredService<NavigationManager>()
            .Uri.ShouldEndWith("/q?state=dismissed&tenant=acme");
    }

    [Fact]
    public void Unknown_state_should_be_open()
    {
        Open(state: "'; DROP");
        data.Asked.ShouldBe(("open", null));
    }

    private IRenderedComponent<QuarantineList> Open(
        bool isSystem = false,
        string? tenant = null,
        string? state = null
    ) =>
        Render<QuarantineList>(list =>
            list.Add(l => l.Data, data)
                .Add(l => l.IsSystem, isSystem)
                .Add(l => l.Tenant, tenant)
                .Add(l => l.State, state)
                .Add(l => l.Href, query => "/q" + query)
        );

    private static IElement ById(IRenderedComponent<QuarantineList> list, string id) =>
        list.Find($"[data-testid='{id}']");

    private sealed class Fake : IQuarantineData
    {
        public bool MayDecide { get; set; } = true;

        public bool IsDenied { get; set; }

        public Error? Refusal { get; set; }

        public List<string> Calls { get; } = [];

        public (string State, string? Tenant) Asked { get; private set; }

        public Task<QuarantineListing?> ListAsync(
            string state,
            string? tenant,
            QuarantineCursor? after,
            CancellationToken ct
        )
        {
            Asked = (state, tenant);
            return Task.FromResult(
                IsDenied
                    ? null
                    : new QuarantineListing(
                        new QuarantinePage([row], null),
                        new QuarantineCounts(1, 0, 0),
                        MayDecide
                    )
            );
        }

        public Task<string?> ReadAsync(Guid id, CancellationToken ct) =>
            Task.FromResult<string?>("{ \"body\": \"<b>\" }");

        public Task<Result<int>> ReplayAsync(IReadOnlyList<Guid>? ids, CancellationToken ct) =>
            DoAsync(ids is null ? "replay all" : $"replay {ids[0]}");

        public Task<Result<int>> DismissAsync(IReadOnlyList<Guid> ids, CancellationToken ct) =>
            DoAsync($"dismiss {ids[0]}");

        private Task<Result<int>> DoAsync(string what)
        {
            Calls.Add(what);
            return Task.FromResult<Result<int>>(Refusal is null ? 1 : Refusal);
        }
    }
}
