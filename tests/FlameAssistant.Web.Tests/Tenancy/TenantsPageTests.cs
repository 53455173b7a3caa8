using Bunit;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Features.Tenancy;
using FlameAssistant.Web.Tests.Conversations;
using FlameAssistant.Web.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Web.Tests.Tenancy;

public sealed class TenantsPageTests : SystemContext
{
    private readonly FakeTenants data = new();

    public TenantsPageTests() => Services.AddSingleton<ITenantsData>(data);

    [Fact]
    public void Address_should_say_what_is_asked()
    {
        data.Page = new TenantPage([Row("acme")], 60, 2, 3);

        var page = OpenAt<TenantsPage>(
            "/system/tenants?q=ac&status=active&plan=free&sort=members&desc=true&page=2"
        );

        data.Asked.ShouldBe(new TenantFilter("ac", "active", "free", TenantSort.Members, true, 2));
        page.FindAll(Id("tenant")).Count.ShouldBe(1);
        page.Find(Id("pager-next")).GetAttribute("href")!.ShouldContain("page=3");
        page.Find("th[aria-sort='descending']").TextContent.ShouldContain("Members");
        // The same column again turns it round.
        page.Find(Id("sort-Members")).GetAttribute("href")!.ShouldNotContain("desc");
    }

    [Fact]
    public void A_full_tenant_should_stand_out()
    {
        data.Page = new TenantPage(
            [Row("acme") with { Members = 5, MaxUsers = 5, FailingChannels = 2 }],
            1,
            1,
            1
        );

        var page = OpenAt<TenantsPage>("/system/tenants");

        page.Find(".is-over").TextContent.ShouldBe("5 / 5");
        page.Find(Id("tenant")).TextContent.ShouldContain("channels failing: 2");
        page.FindAll(Id("pager")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/system/tenants", "No tenants yet")]
    [InlineData("/system/tenants?q=zzz", "Nothing found")]
    public void Nothing_should_say_what_to_do(string address, string text)
    {
        data.Page = TenantPage.Empty;

        OpenAt<TenantsPage>(address).Find(Id("tenants-empty")).TextContent.ShouldContain(text);
    }

    [Fact]
    public void Typing_should_search_once_it_pauses()
    {
        var page = OpenAt<TenantsPage>("/system/tenants?page=3");

        page.Find(Id("tenants-search")).Input("flor");
        Address.ShouldNotContain("flor");
        Time.Advance(TimeSpan.FromMilliseconds(300));

        page.WaitForAssertion(() => Address.ShouldEndWith("/system/tenants?q=flor"));
    }

    [Theory]
    [InlineData("en", "api", "reserved")]
    [InlineData("es", "api", "reservado")]
    [InlineData("en", "A b", "2 to 40")]
    [InlineData("es", "A b", "2 a 40")]
    public void A_bad_slug_should_be_told_at_the_field_and_kept(
        string language,
        string slug,
        string text
    )
    {
        Speak(language);
        data.Error = new Error(
            ErrorKind.Invalid,
            "tenant.invalid",
            "…",
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["slug"] = "…",
                ["owner"] = "…",
            }
        );
        var page = OpenAt<TenantsPage>("/system/tenants");

        page.Find("#tenant-name").Change("Café Flor");
        page.Find("#tenant-slug").Change(slug);
        page.Find("#tenant-owner").Change("nobody");
        page.Find("form").Submit();

        page.Find(Id("tenant-slug-problem")).TextContent.ShouldContain(text);
        page.Find(Id("tenant-owner-problem")).TextContent.ShouldContain("nobody");
        page.Find("#tenant-slug").GetAttribute("value").ShouldBe(slug);
        page.Find("#tenant-slug").GetAttribute("aria-invalid").ShouldBe("true");
        page.Find("#tenant-owner").GetAttribute("value").ShouldBe("nobody");
    }

    [Fact]
    public void A_taken_slug_should_be_told_at_the_field()
    {
        data.Error = TenantErrors.SlugTaken("acme");
        var page = OpenAt<TenantsPage>("/system/tenants");

        page.Find("#tenant-slug").Change("acme");
        page.Find("form").Submit();

        page.Find(Id("tenant-slug-problem")).TextContent.ShouldContain("“acme” is taken");
    }

    [Fact]
    public void A_new_tenant_should_be_shown()
    {
        var page = OpenAt<TenantsPage>("/system/tenants");

        // The slug follows the name until somebody types one.
        page.Find("#tenant-name").Input("Panadería Ñandú & Co");
        page.Find("#tenant-name").Change("Panadería Ñandú & Co");
        page.Find("#tenant-slug").GetAttribute("value").ShouldBe("panaderia-nandu-co");
        page.Find("#tenant-owner").Change("ana@company.com");
        page.Find("form").Submit();

        data.Created.ShouldBe(
            new NewTenant(
                "panaderia-nandu-co",
                "Panadería Ñandú & Co",
                "ana@company.com",
                Plans.Starter,
                TenantStatuses.Trial
            )
        );
        Address.ShouldContain("/system/tenants/panaderia-nandu-co?created=true");
    }

    [Fact]
    public void A_suspended_tenant_should_say_why_and_be_resumed()
    {
        data.Detail = Detail(Row("acme") with { Status = TenantStatuses.Suspended }) with
        {
            SuspensionReason = "did not pay",
        };

        var page = OpenDetail();

        page.Find(Id("tenant-suspended")).TextContent.ShouldContain("did not pay");
        page.FindAll(Id("tenant-suspend")).ShouldBeEmpty();
        page.FindAll(Id("tenant-support")).ShouldBeEmpty();
        page.Find(Id("tenant-resume")).Click();
        data.Calls.ShouldContain("resume acme");
    }

    [Fact]
    public void A_deleted_tenant_should_say_until_when_its_data_is_kept()
    {
        data.Detail = Detail(Row("acme") with { DeletedAt = Some.Noon }) with
        {
            DropsAt = Some.Noon.AddDays(30),
        };

        var page = OpenDetail();

        page.FindAll(Id("tenant-drops")).Count.ShouldBe(1);
        page.FindAll(Id("tenant-delete")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("en", "allows 5 members and there are 7")]
    [InlineData("es", "permite 5 miembros y hay 7")]
    public void A_plan_below_what_is_used_should_be_told_at_the_field(string language, string text)
    {
        Speak(language);
        data.Detail = Detail(Row("acme"));
        data.Error = TenantErrors.TooManyMembers(Plans.Find(Plans.Free)!, 7);
        var page = OpenDetail();

        page.Find(Id("tenant-change-plan")).Click();
        page.Find("#new-plan").Change(Plans.Free);
        page.Find($"{Id("plan-dialog")} form").Submit();

        page.Find(Id("new-plan-problem")).TextContent.ShouldContain(text);
        page.Find("#new-plan").GetAttribute("value").ShouldBe(Plans.Free);
    }

    [Fact]
    public void Support_should_ask_for_a_reason()
    {
        data.Detail = Detail(Row("acme"));
        data.Error = SupportErrors.Reason;
        var page = OpenDetail();

        page.Find(Id("tenant-support")).Click();
        page.Find("#support-reason").Change("short");
        page.Find($"{Id("support-dialog")} form").Submit();

        page.Find(Id("support-reason-problem")).TextContent.ShouldContain("10 to 500");
        page.Find("#support-reason").GetAttribute("value").ShouldBe("short");
    }

    private IRenderedComponent<TenantDetailPage> OpenDetail() =>
        OpenAt<TenantDetailPage>(
            "/system/tenants/acme",
            parameters => parameters.Add(p => p.Slug, "acme")
        );

    private static TenantRow Row(string slug) =>
        new()
        {
            Id = Guid.NewGuid(),
            Slug = slug,
            Name = "Acme",
            Status = TenantStatuses.Active,
            Plan = Plans.Starter,
            Members = 3,
            MaxUsers = 10,
            StorageBytes = 5_000_000,
            MaxStorageGb = 50,
            FailingChannels = 0,
            LastActiveAt = Some.Noon,
            CreatedAt = Some.Noon,
            DeletedAt = null,
        };

    private static TenantDetail Detail(TenantRow row) =>
        new(
            row,
            "ana@acme.test",
            true,
            null,
            null,
            null,
            null,
            5,
            null,
            1,
            2,
            Some.Noon,
            [new PlanChange(Some.Noon, "creation", null, Plans.Starter, null, "USD", null, null)]
        );

    private sealed class FakeTenants : ITenantsData
    {
        public TenantPage Page { get; set; } = TenantPage.Empty;

        public TenantDetail? Detail { get; set; }

        public Error? Error { get; set; }

        public TenantFilter? Asked { get; private set; }

        public NewTenant? Created { get; private set; }

        public List<string> Calls { get; } = [];

        public Task<TenantPage> PageAsync(TenantFilter filter, CancellationToken ct)
        {
            Asked = filter;
            return Task.FromResult(Page);
        }

        public Task<TenantDetail?> FindAsync(string slug, CancellationToken ct) =>
            Task.FromResult(Detail);

        public Task<IReadOnlyList<TenantFlag>> FlagsAsync(string slug, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<TenantFlag>>([]);

        public Task<Result<TenantRef>> CreateAsync(NewTenant asked, CancellationToken ct)
        {
            Created = asked;
            return Answer(asked.Slug);
        }

        public Task<Result<TenantRef>> SuspendAsync(
            string slug,
            string? reason,
            CancellationToken ct
        ) => Answer(slug);

        public Task<Result<TenantRef>> ResumeAsync(string slug, CancellationToken ct)
        {
            Calls.Add($"resume {slug}");
            return Answer(slug);
        }

        public Task<Result<TenantRef>> ChangePlanAsync(
            string slug,
            string plan,
            string? notes,
            CancellationToken ct
        ) => Answer(slug);

        public Task<Result<TenantRef>> DeleteAsync(
            string slug,
            string typed,
            CancellationToken ct
        ) => Answer(slug);

        public Task<Result<bool>> OverrideAsync(
            string flag,
            string slug,
            bool? isOn,
            CancellationToken ct
        ) => Task.FromResult<Result<bool>>(Error is null ? true : Error);

        public Task<Result<SupportRef>> EnterAsync(
            string slug,
            string reason,
            CancellationToken ct
        ) =>
            Task.FromResult<Result<SupportRef>>(
                Error is null ? new SupportRef(Guid.NewGuid(), reason, Some.Noon) : Error
            );

        private Task<Result<TenantRef>> Answer(string slug) =>
            Task.FromResult<Result<TenantRef>>(
                Error is null
                    ? new TenantRef(
                        Guid.NewGuid(),
                        slug,
                        "Acme",
                        "tenant_acme",
                        "main",
                        TenantStatuses.Active
                    )
                    : Error
            );
    }
}
