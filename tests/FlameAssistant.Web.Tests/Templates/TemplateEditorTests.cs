using Bunit;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Web.Features.Templates;
using FlameAssistant.Web.Tests.Conversations;

namespace FlameAssistant.Web.Tests.Templates;

/// <summary>What is written becomes what would be sent, whatever the values hold.</summary>
public sealed class TemplateEditorTests : InboxContext
{
    private SaveTemplate? saved;

    [Fact]
    public void Preview_should_fill_places_as_it_is_typed()
    {
        var editor = Open();

        editor
            .Find("[data-testid=template-content]")
            .Input("Hola {{contact.first_name}}, {{contact.city}}!");

        editor.Find("[data-testid=template-preview]").TextContent.ShouldBe("Hola Sofía, !");
        editor.Find("[data-testid=template-missing]").TextContent.ShouldContain("contact.city");
    }

    [Theory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("{{contact.name}} {{agent.name}}")]
    [InlineData("</p><script>alert(1)</script>")]
    public void Hostile_values_should_stay_text(string hostile)
    {
        var editor = Open(agent: hostile);

        editor.Find("[data-testid=template-content]").Input("{{agent.name}}" + "<b>x</b>");

        editor.Find("[data-testid=template-preview]").TextContent.ShouldBe(hostile + "<b>x</b>");
        editor.FindAll("script, img, b").ShouldBeEmpty();
    }

    [Fact]
    public void Misspelled_place_should_be_said_at_the_text_and_nothing_be_lost()
    {
        var editor = Open(
            error: new Error(
                ErrorKind.Invalid,
                "template.invalid",
                "…",
                new Dictionary<string, string>(StringComparer.Ordinal) { ["content"] = "…" }
            )
        );
        editor.Find("[data-testid=template-name]").Change("Saludo");
        editor.Find("[data-testid=template-content]").Input("Hola {{contact.nam}}");

        editor.Find("form").Submit();

        editor
            .Find("[data-testid=template-content-problem]")
            .TextContent.ShouldContain("contact.nam");
        editor
            .Find("[data-testid=template-content]")
            .GetAttribute("value")
            .ShouldBe("Hola {{contact.nam}}");
        saved!.Name.ShouldBe("Saludo");
    }

    [Fact]
    public void Who_may_not_write_should_only_read()
    {
        var editor = Open(mayWrite: false);

        editor.Find("fieldset").HasAttribute("disabled").ShouldBeTrue();
        editor
            .FindAll("[data-testid=template-save], [data-testid=template-delete]")
            .ShouldBeEmpty();
    }

    private IRenderedComponent<TemplateEditor> Open(
        string agent = "Lucía Paredes",
        bool mayWrite = true,
        Error? error = null
    ) =>
        Render<TemplateEditor>(editor =>
            editor
                .Add(
                    e => e.View,
                    new TemplatesView([], TemplateText.Places, mayWrite, "Café Flor", agent)
                )
                .Add(e => e.Back, "/t/acme/templates")
                .Add(
                    e => e.OnSave,
                    template =>
                    {
                        saved = template;
                        return Task.FromResult(error);
                    }
                )
                .Add(e => e.OnDelete, _ => Task.CompletedTask)
        );
}
