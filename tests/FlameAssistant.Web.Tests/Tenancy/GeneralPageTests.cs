using Bunit;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Features.Tenancy;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Web.Tests.Tenancy;

public sealed class GeneralPageTests : SystemContext, IGeneralData
{
    private GeneralView? view = new(new TenantSettings("Acme", "UTC", "en", null), true, 30);
    private Error? error;

    public GeneralPageTests()
    {
        Services.AddSingleton<IGeneralData>(this);
        ComponentFactories.AddStub<SettingsTabs>();
    }

    [Fact]
    public void Who_may_not_should_be_told_whom_to_ask()
    {
        view = null;

        Open().Find(Id("general-denied")).TextContent.ShouldContain("Ask one of them");
    }

    [Fact]
    public void Only_the_owner_should_see_the_end()
    {
        view = view! with { MayDelete = false };

        Open().FindAll(Id("danger")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("en", "Choose one from the list")]
    [InlineData("es", "Elige una de la lista")]
    public void A_wrong_zone_should_be_told_at_the_field_and_kept(string language, string text)
    {
        Speak(language);
        error = new Error(
            ErrorKind.Invalid,
            "tenant.settings_invalid",
            "…",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["timeZone"] = "…" }
        );
        var page = Open();

        page.Find("#general-zone").Change("Mars");
        page.Find("form").Submit();

        page.Find(Id("general-zone-problem")).TextContent.ShouldContain(text);
        page.Find("#general-zone").GetAttribute("value").ShouldBe("Mars");
        page.FindAll(Id("general-name-problem")).ShouldBeEmpty();
    }

    [Fact]
    public void Deleting_should_ask_for_the_slug()
    {
        error = TenantErrors.NotConfirmed("acme");
        var page = Open();

        page.Find(Id("workspace-delete")).Click();
        page.Find("#delete-slug").Change("acne");
        page.Find($"{Id("delete-workspace")} form").Submit();

        page.Find(Id("delete-slug-problem")).TextContent.ShouldContain("acme");
    }

    public Task<GeneralView?> FindAsync(CancellationToken ct) => Task.FromResult(view);

    public Task<Result<TenantRef>> SaveAsync(TenantSettings settings, CancellationToken ct) =>
        Answer();

    public Task<Result<TenantRef>> DeleteAsync(string typed, CancellationToken ct) => Answer();

    private IRenderedComponent<GeneralPage> Open() =>
        OpenAt<GeneralPage>(
            "/t/acme/settings/general",
            parameters => parameters.Add(p => p.Slug, "acme")
        );

    private Task<Result<TenantRef>> Answer() =>
        Task.FromResult<Result<TenantRef>>(
            error is null
                ? new TenantRef(Guid.NewGuid(), "acme", "Acme", "tenant_acme", "main", "active")
                : error
        );
}
