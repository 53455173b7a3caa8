using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Features.Conversations;
using FlameAssistant.Web.Shared;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FlameAssistant.Web.Tests.Conversations;

public sealed class FieldsPageTests : BunitContext
{
    private static readonly FieldRow order = new(
        Guid.NewGuid(),
        CustomFieldSubjects.Conversation,
        "order_number",
        "Order number",
        CustomFieldKinds.Text,
        [],
        IsRequired: true,
        IsActive: true
    );
    private static readonly FieldRow branch = order with
    {
        Id = Guid.NewGuid(),
        Key = "branch",
        Label = "Branch",
        Kind = CustomFieldKinds.Choice,
        Choices = ["North", "South"],
        IsActive = false,
    };

    private readonly FakeFieldsData data = new();

    public FieldsPageTests()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddSingleton<IFieldsData>(data);
        ComponentFactories.AddStub<SettingsTabs>();
        AddAuthorization().SetAuthorized("olga");
    }

    [Fact]
    public void Fields_should_be_shown_by_subject_with_kind_key_and_state()
    {
        var page = Open();
        var rows = page.FindAll("[data-testid=fields-conversation] [data-testid=field]");
        rows[0].TextContent.ShouldContain("{{conversation.order_number}}");
        rows[0].TextContent.ShouldContain("Required");
        rows[1].TextContent.ShouldContain("List: North, South");
        rows[1].TextContent.ShouldContain("Off");
        ById(page, "fields-contact").TextContent.ShouldContain("None yet");
    }

    [Fact]
    public void A_new_list_should_be_saved_with_its_choices()
    {
        var page = Open();
        page.Find("[data-testid=fields-contact] [data-testid=field-new]").Click();
        ById(page, "field-label").Change("City");
        ById(page, "field-kind").Change(CustomFieldKinds.Choice);
        ById(page, "field-choices").Change("Lima\nQuito");
        ById(page, "field-required").Change(true);
        ById(page, "field-dialog-submit").Closest("form")!.Submit();

        var saved = data.Saved.Single();
        (saved.FieldId, saved.Subject, saved.Label, saved.Kind, saved.IsRequired).ShouldBe(
            (null, CustomFieldSubjects.Contact, "City", CustomFieldKinds.Choice, true)
        );
        saved.Choices.ShouldBe(["Lima", "Quito"]);
    }

    [Fact]
    public void A_field_that_is_there_should_keep_its_kind_and_key()
    {
        var page = Open();
        page.Find("[data-key=branch] [data-testid=field-edit]").Click();
        ById(page, "field-kind").HasAttribute("disabled").ShouldBeTrue();
        page.FindAll("[data-testid=field-key]").ShouldBeEmpty();
        ById(page, "field-choices").GetAttribute("value").ShouldBe("North\nSouth");
    }

    [Theory]
    [InlineData("en", "no other field")]
    [InlineData("es", "ningún otro campo")]
    public void Each_problem_should_stand_at_its_field(string language, string said)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        data.Answer = FieldErrors.Invalid(
            new Dictionary<string, string> { ["label"] = "x", ["key"] = "x" }
        );
        var page = Open();
        page.Find("[data-testid=fields-conversation] [data-testid=field-new]").Click();
        ById(page, "field-label").Change("Branch");
        ById(page, "field-dialog-submit").Closest("form")!.Submit();
        ById(page, "field-label-problem").TextContent.ShouldContain(said);
        ById(page, "field-key-problem").ShouldNotBeNull();
        ById(page, "field-label").GetAttribute("value").ShouldBe("Branch");
    }

    [Fact]
    public void Moving_should_say_the_whole_order()
    {
        var page = Open();
        page.Find("[data-key=order_number] [data-testid=field-up]")
            .HasAttribute("disabled")
            .ShouldBeTrue();
        page.Find("[data-key=order_number] [data-testid=field-down]").Click();
        data.Ordered.Single().Fields.ShouldBe([branch.Id, order.Id]);
    }

    [Fact]
    public void Deleting_should_be_asked_first()
    {
        var page = Open();
        page.Find("[data-key=branch] [data-testid=field-delete]").Click();
        data.Deleted.ShouldBeEmpty();
        ById(page, "confirm-submit").Click();
        data.Deleted.ShouldBe([branch.Id]);
    }

    [Fact]
    public void Who_may_not_change_fields_should_be_told_so()
    {
        data.MayWrite = false;
        ById(Open(), "fields-denied").ShouldNotBeNull();
    }

    private IRenderedComponent<FieldsPage> Open() =>
        Render<FieldsPage>(page => page.Add(p => p.Slug, "acme"));

    private static IElement ById(IRenderedComponent<FieldsPage> page, string id) =>
        page.Find($"[data-testid='{id}']");

    private sealed class FakeFieldsData : IFieldsData
    {
        public bool MayWrite { get; set; } = true;

        public Error? Answer { get; set; }

        public List<SaveField> Saved { get; } = [];

        public List<OrderFields> Ordered { get; } = [];

        public List<Guid> Deleted { get; } = [];

        public Task<FieldsView> ListAsync(CancellationToken ct) =>
            Task.FromResult(new FieldsView([order, branch], MayWrite));

        public Task<Result<Guid>> SaveAsync(SaveField field, CancellationToken ct)
        {
            Saved.Add(field);
            return Task.FromResult<Result<Guid>>(Answer is null ? Guid.NewGuid() : Answer);
        }

        public Task<Result<bool>> DeleteAsync(Guid fieldId, CancellationToken ct)
        {
            Deleted.Add(fieldId);
            return Task.FromResult<Result<bool>>(true);
        }

        public Task<Result<bool>> OrderAsync(OrderFields asked, CancellationToken ct)
        {
            Ordered.Add(asked);
            return Task.FromResult<Result<bool>>(true);
        }

        public Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct) =>
            Task.FromResult<IDisposable?>(null);
    }
}
