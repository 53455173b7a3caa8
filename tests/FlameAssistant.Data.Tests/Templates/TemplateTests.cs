using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Templates;

/// <summary>Texts with places: made by managers, filled for agents, harmless whatever a customer calls themselves.</summary>
public sealed class TemplateTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Guid channel;
    private Actor agent = null!;
    private Actor manager = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        agent = await database.NewMemberAsync(tenant, displayName: "Ana María");
        manager = await database.NewMemberAsync(tenant, MemberRoles.Manager);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Places_should_be_filled_once_and_missing_ones_told()
    {
        var message = database.Text("5491155555000", "hola") with
        {
            ProfileName = "{{agent.name}} <script>alert(1)</script> $1 José",
        };
        var id = (await database.ReceiveAsync(tenant, channel, message)).ConversationId;
        var rendered = await RenderAsync(
            "Hola {{ contact.name }}, soy {{agent.first_name}}. {{contact.email}}{{contact.email|sin correo}} {{conversation.number}} {{workspace.name}} {{no place}} {{}}",
            id
        );
        rendered.Text.ShouldStartWith(
            "Hola {{agent.name}} <script>alert(1)</script> $1 José, soy Ana. sin correo "
        );
        rendered.Text.ShouldEndWith("{{no place}} {{}}");
        rendered.Missing.ShouldBe([TemplateText.ContactEmail]);
    }

    [Fact]
    public void A_hostile_template_should_end_in_time()
    {
        var text = string.Concat(Enumerable.Repeat("{{a.a|", 700)) + "}}";
        TemplateText
            .Render(text, new Dictionary<string, string?>())
            .Text.Length.ShouldBeLessThan(5000);
    }

    [Fact]
    public async Task Templates_should_be_the_managers_and_their_use_counted()
    {
        (await RunAsync(agent, Template("Saludo"))).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        var id = (await RunAsync(manager, Template("Saludo ñ"))).Value;
        (
            await RunAsync(manager, Template("x") with { Content = "Hola {{contact.nombre}}" })
        ).Error!.Fields!.Keys.ShouldBe(["content"]);
        (
            await RunAsync(manager, new SaveTemplate(null, "", "", "", []))
        ).Error!.Fields!.Count.ShouldBe(3);

        var conversation = (
            await database.ReceiveAsync(tenant, channel, "5491155555001")
        ).ConversationId;
        var send = new SendMessage(conversation, "Hola", "k1", TemplateId: id);
        await database.DoAsync(tenant, agent, send);
        await database.DoAsync(tenant, agent, send);
        (await ListAsync())
            .Single()
            .ShouldSatisfyAllConditions(
                t => t.Name.ShouldBe("Saludo ñ"),
                t => t.Uses.ShouldBe(1),
                t => t.TriggerKeywords.ShouldBe(["hola"])
            );
        (await RunAsync(manager, new DeleteTemplate(id))).IsOk.ShouldBeTrue();
        (await RunAsync(manager, new DeleteTemplate(id))).Error.ShouldBe(TemplateErrors.NotFound);
        (await ListAsync()).ShouldBeEmpty();
        // A template that is gone, or another tenant's, is simply not noted.
        await database.DoAsync(tenant, agent, send with { IdempotencyKey = "k2" });
    }

    private static SaveTemplate Template(string name) =>
        new(null, name, "Hola {{contact.name|amigo}}", "general", ["hola", "Hola", " "]);

    private Task<Result<T>> RunAsync<T>(Actor actor, ITenantOperation<T> operation) =>
        database.RunAsync(tenant, actor, operation);

    private Task<IReadOnlyList<TemplateRow>> ListAsync() =>
        database.ReadAsync(
            tenant,
            unit => unit.ListTemplatesAsync(onlyActive: true, default),
            agent
        );

    private async Task<RenderedTemplate> RenderAsync(string content, Guid conversation) =>
        (
            await database.ReadAsync(
                tenant,
                unit => unit.RenderTemplateAsync(content, conversation, default),
                agent
            )
        ).ShouldNotBeNull();
}
