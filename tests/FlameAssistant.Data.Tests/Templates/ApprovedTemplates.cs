using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Templates;

/// <summary>A channel's templates, as its provider would list them.</summary>
internal static class ApprovedTemplates
{
    public const string Order = """
        [{"type":"HEADER","format":"IMAGE","example":{"header_handle":["https://x/h.jpg"]}},
         {"type":"BODY","text":"Olá {{nome}}, pedido {{pedido}}.","example":{"body_text_named_params":[{"param_name":"nome","example":"Ana"}]}},
         {"type":"FOOTER","text":"Flame"},
         {"type":"BUTTONS","buttons":[{"type":"URL","text":"Ver","url":"https://x/{{1}}"},{"type":"QUICK_REPLY","text":"Parar"}]}]
        """;

    public const string Visit = """
        [{"type":"HEADER","format":"LOCATION"},
         {"type":"BODY","text":"Te esperamos aquí."},
         {"type":"BUTTONS","buttons":[{"type":"FLOW","text":"Reservar","flow_id":"1"}]}]
        """;

    public const string Plain = """[{"type":"BODY","text":"Hola {{1}}, {{2}}."}]""";

    public static ListedTemplate Listed(
        string name,
        string components = Plain,
        string status = TemplateStatuses.Approved,
        string category = "UTILITY",
        string format = ChannelTemplate.Positional
    ) => new($"id-{name}", name, "es", category, status, null, "GREEN", format, components);

    public static Task<int> StoreAsync(
        this TestDatabase database,
        TenantRef tenant,
        Guid channel,
        params ListedTemplate[] listed
    ) =>
        database.DoAsync(
            tenant,
            Actor.System,
            new StoreChannelTemplates(null, channel, listed, database.Clock.GetUtcNow())
        );

    public static Task<bool> TellAsync(
        this TestDatabase database,
        TenantRef tenant,
        Guid channel,
        AccountNews news
    ) =>
        database.DoAsync(
            tenant,
            Actor.System,
            new ApplyAccountNews(channel, news, database.Clock.GetUtcNow())
        );
}
