using System.Text.Json;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Templates;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsApp;

/// <summary>The simulator's templates, as the product would send them.</summary>
internal static class Templates
{
    public const string WabaId = "100200300400500";

    public static MessageRich Filled(SimulatedTemplate template, Dictionary<string, string> values)
    {
        var filled = TemplateFilling
            .Fill(
                new ChannelTemplate
                {
                    Name = template.Name,
                    Language = template.Language,
                    Category = template.Category,
                    ParameterFormat =
                        template.ParameterFormat == "NAMED"
                            ? ChannelTemplate.Named
                            : ChannelTemplate.Positional,
                    Components = template.Components.GetRawText(),
                },
                values,
                hasFile: false
            )
            .Value;
        return MessageRichJson.Read(
            JsonSerializer.Serialize(new { template = filled.Told }, JsonSerializerOptions.Web)
        )!;
    }
}
