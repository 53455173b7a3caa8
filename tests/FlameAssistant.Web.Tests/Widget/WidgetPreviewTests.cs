using System.Globalization;
using Bunit;
using FlameAssistant.Web.Widget;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Web.Tests.Widget;

public sealed class WidgetPreviewTests : BunitContext
{
    public WidgetPreviewTests()
    {
        Services.AddLocalization();
        JSInterop.Mode = JSRuntimeMode.Loose;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
    }

    [Fact]
    public void It_should_draw_what_was_typed_in_the_visitors_language()
    {
        var preview = Render<WidgetPreview>(p =>
            p.Add(c => c.Color, "#ffee00")
                .Add(c => c.Position, "left")
                .Add(c => c.Title, "Café Flor")
                .Add(c => c.Language, "pt")
        );

        var root = preview.Find("[data-testid=widget-preview]");
        root.ClassList.ShouldContain("is-left");
        root.GetAttribute("style")!.ShouldContain("--widget-color: #ffee00; --widget-ink: #000000");
        root.TextContent.ShouldContain("Café Flor");
        root.TextContent.ShouldContain("Olá! Como podemos ajudar?");
        root.TextContent.ShouldContain("Escreva uma mensagem");
    }

    [Fact]
    public void What_is_no_colour_should_not_reach_the_style()
    {
        var preview = Render<WidgetPreview>(p =>
            p.Add(c => c.Color, "red; background: url(//x)").Add(c => c.Greeting, "<b>Hi</b>")
        );

        preview
            .Find("[data-testid=widget-preview]")
            .GetAttribute("style")!
            .ShouldContain("--widget-color: #c2410c;");
        preview.Markup.ShouldContain("&lt;b&gt;Hi&lt;/b&gt;");
    }

    [Fact]
    public void The_snippet_should_name_installation_and_key()
    {
        var id = Guid.Parse("0199d000-0000-7000-8000-000000000001");
        WidgetSnippet
            .Of("https://chat.example/", id)
            .ShouldBe(
                """<script src="https://chat.example/widget.js?key=wgt_pub_0199d0000000700080000000000000001" async></script>""".Replace(
                    "0199d0000000700080000000000000001",
                    id.ToString("N"),
                    StringComparison.Ordinal
                )
            );
        WidgetSnippet.OfIdentified("https://chat.example", id).ShouldContain("identity_jwt");
        WidgetSnippet
            .PolicyOf("https://chat.example/")
            .ShouldBe("script-src https://chat.example; frame-src https://chat.example");
    }
}
