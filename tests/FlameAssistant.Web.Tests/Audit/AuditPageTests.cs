using Bunit;
using FlameAssistant.Data.Audit;
using FlameAssistant.Web.Features.Audit;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tests.Conversations;
using FlameAssistant.Web.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Web.Tests.Audit;

public sealed class AuditPageTests : SystemContext, IAuditData
{
    private readonly List<AuditFilter> asked = [];
    private bool mayRead = true;
    private AuditPage page = AuditPage.Empty;
    private AuditNames names = new(null, null);

    public AuditPageTests()
    {
        Services.AddSingleton<IAuditData>(this);
        ComponentFactories.AddStub<SettingsTabs>();
    }

    [Fact]
    public void Old_and_new_values_should_be_readable()
    {
        page = new AuditPage(
            [
                Line() with
                {
                    OldValues = """{"name": "Acme", "updated_at": "x"}""",
                    NewValues = """{"name": "Acme & Co", "tags": [], "config": {"a": 1}}""",
                },
            ],
            new AuditPosition(Some.Noon, Guid.NewGuid())
        );

        var shown = OpenTenant();

        shown
            .FindAll(".changes li")
            .Select(li =>
                string.Join(
                    ' ',
                    li.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                )
            )
            .ShouldBe(["nameAcme→Acme & Co", """config{"a": 1}"""]);
        shown.Find(Id("audit-line")).TextContent.ShouldContain("Lucía");
        shown.Find(Id("audit-line")).TextContent.ShouldContain("changed");
        shown.Find(Id("audit-more")).Click();
        asked.Count.ShouldBe(2);
        shown.FindAll(Id("audit-line")).Count.ShouldBe(2);
    }

    [Fact]
    public void Support_should_be_seen_as_such()
    {
        page = new AuditPage([Line() with { ActorKind = "support", Who = null }], null);

        OpenTenant().Find(Id("audit-line")).TextContent.ShouldContain("support access");
    }

    [Fact]
    public void Days_should_be_whole_and_the_persons_own()
    {
        OpenTenant("?from=2026-03-01&to=2026-03-02&action=UPDATE&table=contacts");

        asked
            .Single()
            .ShouldBe(
                new AuditFilter(
                    null,
                    null,
                    "UPDATE",
                    "contacts",
                    new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
                    new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.Zero)
                )
            );
    }

    [Fact]
    public void Who_may_not_should_be_told_whom_to_ask()
    {
        mayRead = false;

        OpenTenant().Find(Id("audit-denied")).TextContent.ShouldContain("Ask one of them");
    }

    [Fact]
    public void A_tenant_that_is_none_should_be_told_at_the_field()
    {
        var shown = OpenAt<SystemAuditPage>("/system/audit?tenant=nobody");

        shown.Find(Id("audit-tenant-problem")).TextContent.ShouldContain("nobody");
        asked.ShouldBeEmpty();
        shown.FindAll(Id("audit-empty")).Count.ShouldBe(1);
    }

    [Fact]
    public void The_export_should_follow_the_filters()
    {
        names = new AuditNames(Guid.NewGuid(), null);

        OpenAt<SystemAuditPage>("/system/audit?tenant=acme&action=DELETE")
            .Find(Id("audit-csv"))
            .GetAttribute("href")
            .ShouldBe("/system/audit.csv?tenant=acme&action=DELETE&zone=UTC");
    }

    public Task<bool> MayReadAsync(CancellationToken ct) => Task.FromResult(mayRead);

    public Task<AuditPage> TenantPageAsync(
        AuditFilter filter,
        AuditPosition? after,
        CancellationToken ct
    )
    {
        asked.Add(filter);
        return Task.FromResult(after is null ? page : new AuditPage([Line()], null));
    }

    public Task<IReadOnlyList<(Guid Id, string Name)>> PeopleAsync(CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<(Guid, string)>>([]);

    public Task<AuditPage> SystemPageAsync(
        AuditFilter filter,
        AuditPosition? after,
        CancellationToken ct
    ) => TenantPageAsync(filter, after, ct);

    public Task<AuditNames> NamesAsync(string? slug, string? email, CancellationToken ct) =>
        Task.FromResult(names);

    private IRenderedComponent<TenantAuditPage> OpenTenant(string query = "") =>
        OpenAt<TenantAuditPage>(
            "/t/acme/settings/audit" + query,
            parameters => parameters.Add(p => p.Slug, "acme")
        );

    private static AuditLine Line() =>
        new(
            Guid.NewGuid(),
            Some.Noon,
            null,
            "member",
            null,
            Guid.NewGuid(),
            "Lucía",
            "UPDATE",
            "contacts",
            "1",
            null,
            null,
            "10.0.0.1"
        );
}
