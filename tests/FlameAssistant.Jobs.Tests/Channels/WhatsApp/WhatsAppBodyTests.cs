using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels.WhatsApp;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsApp;

/// <summary>Files, by what the Cloud API is told of them.</summary>
public sealed class WhatsAppBodyTests
{
    [Theory]
    [InlineData("out_image_id", "image", "4490709327384033", null, "Foto")]
    [InlineData("out_image_link", "image", null, "https://app.example.com/m/sig/abc.jpg", "Foto")]
    [InlineData("out_audio_id", "audio", "4490709327384035", null, "A voice has no caption")]
    [InlineData("out_document_id", "document", "4490709327384034", null, "Boleto")]
    public void Message_should_name_a_file_by_its_id_or_its_address(
        string fixture,
        string kind,
        string? id,
        string? link,
        string caption
    )
    {
        var body = WhatsAppBody
            .Message(Delivery(caption), new WhatsAppFile(kind, id, link, "boleto.pdf"))
            .ShouldNotBeNull();

        body.Remove("biz_opaque_callback_data").ShouldBeTrue();
        JsonNode
            .DeepEquals(body, Fixtures.Json($"whatsapp-cloud/{fixture}.json"))
            .ShouldBeTrue(body.ToJsonString());
    }

    [Fact]
    public void Message_should_put_a_file_above_a_templates_text()
    {
        var rich = new TemplateToSend(
            "invoice",
            "es",
            "UTILITY",
            new TemplateFile("document", Link: null),
            [],
            [new TemplateValue(null, "Ana")],
            []
        );

        var body = WhatsAppBody.Message(
            Delivery("Hola Ana") with
            {
                Rich = MessageRichJson.Read(
                    $$"""{"template":{{System.Text.Json.JsonSerializer.Serialize(rich, System.Text.Json.JsonSerializerOptions.Web)}}}"""
                ),
            },
            new WhatsAppFile("image", "42", null, "invoice.pdf")
        );

        body!["template"]!["components"]![0]!["parameters"]![0]!
            .ToJsonString()
            .ShouldBe("""{"type":"document","document":{"id":"42","filename":"invoice.pdf"}}""");
        body["text"].ShouldBeNull();
    }

    [Fact]
    public void Message_should_put_a_map_above_a_templates_text_and_open_a_form_below_it()
    {
        var rich = new TemplateToSend(
            "visit",
            "es",
            "UTILITY",
            null,
            [],
            [],
            [new TemplateButtonValue(0, "flow", "unused")]
        )
        {
            Place = new MessagePlace(-34.6037, 0, "Café Flor", "Av. Corrientes 1234"),
        };

        var body = WhatsAppBody.Message(
            Delivery("Te esperamos aquí.") with
            {
                Rich = MessageRichJson.Read(
                    $$"""{"template":{{System.Text.Json.JsonSerializer.Serialize(rich, System.Text.Json.JsonSerializerOptions.Web)}}}"""
                ),
            },
            file: null
        );

        var told = JsonNode.Parse(
            """
            [{"type":"header","parameters":[{"type":"location","location":{"latitude":"-34.6037","longitude":"0","name":"Café Flor","address":"Av. Corrientes 1234"}}]},
             {"type":"button","sub_type":"flow","index":"0","parameters":[{"type":"action","action":{"flow_token":"unused"}}]}]
            """
        );
        var components = body!["template"]!["components"]!;
        JsonNode.DeepEquals(components, told).ShouldBeTrue(components.ToJsonString());
    }

    private static Delivery Delivery(string text) =>
        new(
            Guid.CreateVersion7(),
            new Channel { Type = ChannelTypes.WhatsApp, Name = "Shop" },
            [new InboundIdentity(IdentityKinds.WaId, "5511988887777")],
            text,
            QuotedExternalId: null
        );
}
