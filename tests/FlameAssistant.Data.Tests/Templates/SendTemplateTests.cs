using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Templates;

/// <summary>Approved templates: kept like the provider's list, and sent where nothing else may be.</summary>
public sealed class SendTemplateTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private const string Customer = "5511988887777";
    private TenantRef tenant = null!;
    private Actor agent = null!;
    private Guid channel;
    private Guid conversation;
    private int keys;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        agent = await database.NewMemberAsync(tenant);
        channel = await database.NewChannelAsync(tenant);
        conversation = (await database.ReceiveAsync(tenant, channel, Customer)).ConversationId;
        await database.StoreAsync(
            tenant,
            channel,
            ApprovedTemplates.Listed("hola"),
            ApprovedTemplates.Listed(
                "order",
                ApprovedTemplates.Order,
                format: ChannelTemplate.Named
            ),
            ApprovedTemplates.Listed("promo", category: "MARKETING"),
            ApprovedTemplates.Listed("visit", ApprovedTemplates.Visit),
            ApprovedTemplates.Listed("waiting", status: TemplateStatuses.Pending)
        );
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task After_the_window_only_an_approved_template_should_go()
    {
        database.Clock.Advance(TimeSpan.FromHours(25));

        (await SendAsync("Hello")).Error.ShouldBe(ConversationErrors.WindowClosed);
        (await SendAsync(template: Chosen("waiting"))).Error!.Code.ShouldBe(
            "template.not_approved"
        );
        (await SendAsync(template: Chosen("nothing"))).Error.ShouldBe(
            ChannelTemplateErrors.Unknown
        );
        var sent = (await SendAsync(template: Chosen("hola"))).Value;

        var delivery = (await BeginAsync(sent.Id)).ShouldNotBeNull();
        delivery.Text.ShouldBe("Hola Ana, hasta luego.");
        var told = delivery.Rich!.Template.ShouldNotBeNull();
        (told.Name, told.Language).ShouldBe(("hola", "es"));
        told.Body.ShouldBe([new(null, "Ana"), new(null, "hasta luego")]);
    }

    [Fact]
    public async Task Who_has_not_written_should_be_reached_by_a_template_only()
    {
        var echo = database.Text("5511977776666", "Typed on the phone") with { IsEcho = true };
        var never = (await database.ReceiveAsync(tenant, channel, echo)).ConversationId;

        (await SendAsync("Hello", at: never)).Error.ShouldBe(ConversationErrors.NeverWritten);
        (await SendAsync(template: Chosen("hola"), at: never)).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_missing_should_be_said_by_place_and_all_at_once()
    {
        var refused = await SendAsync(
            template: new ChosenTemplate(
                "order",
                "es",
                new Dictionary<string, string>
                {
                    ["header"] = "http://plain",
                    ["body.nome"] = "two\nlines",
                    ["button.0"] = "a b",
                }
            )
        );

        refused.Error!.Code.ShouldBe("template.values");
        refused
            .Error.Fields!.Keys.Order(StringComparer.Ordinal)
            .ShouldBe(["body.nome", "body.pedido", "button.0", "header"]);
    }

    [Fact]
    public async Task A_template_should_keep_what_the_customer_sees_and_what_meta_is_told()
    {
        var sent = (
            await SendAsync(
                template: new ChosenTemplate(
                    "order",
                    "es",
                    new Dictionary<string, string>
                    {
                        ["header"] = "https://shop.example/1.jpg",
                        ["body.nome"] = "{{pedido}}",
                        ["body.pedido"] = "#1",
                        ["button.0"] = "77",
                    }
                )
            )
        ).Value;

        var rich = (await BeginAsync(sent.Id))!.Rich!;
        (rich.Footer, rich.Template!.File).ShouldBe(
            ("Flame", new TemplateFile("image", "https://shop.example/1.jpg"))
        );
        // A value is never read as a place itself.
        rich.Template.Body.ShouldBe([new("nome", "{{pedido}}"), new("pedido", "#1")]);
        rich.Template.Buttons.ShouldBe([new(0, "url", "77")]);
        rich.Labels.ShouldBe(["Ver", "Parar"]);
    }

    [Theory]
    [InlineData("91", "0", "place.latitude")]
    [InlineData("34.6.1", "0", "place.latitude")]
    [InlineData("NaN", "-58.4", "place.latitude")]
    [InlineData("-34.6", "181", "place.longitude")]
    public async Task A_map_should_be_refused_where_no_place_is(
        string latitude,
        string longitude,
        string field
    )
    {
        var refused = await SendAsync(template: Visit(latitude, longitude));

        refused.Error!.Code.ShouldBe("template.values");
        refused.Error.Fields!.Keys.ShouldBe([field]);
    }

    [Fact]
    public async Task A_map_above_the_text_and_a_form_below_it_should_go_as_meta_is_told_of_them()
    {
        var sent = (await SendAsync(template: Visit("-34.6037", "-58,3816"))).Value;

        var rich = (await BeginAsync(sent.Id))!.Rich!;
        rich.Template!.Place.ShouldBe(
            new MessagePlace(-34.6037, -58.3816, "Café Flor", "Av. Corrientes 1234")
        );
        rich.Header.ShouldBe("Café Flor, Av. Corrientes 1234");
        rich.Template.Buttons.ShouldBe([new(0, "flow", "unused")]);
    }

    [Fact]
    public async Task The_same_key_should_send_it_once()
    {
        var key = $"key-{keys++}";
        var first = (await SendAsync(template: Chosen("hola"), key: key)).Value;
        // Paused meanwhile: what went out went out.
        await database.TellAsync(
            tenant,
            channel,
            new AccountNews.TemplateState("hola", "es", TemplateStatuses.Paused, "Quality", null)
        );

        (await SendAsync(template: Chosen("hola"), key: key)).Value.ShouldBe(first);
        (await SendAsync(template: Chosen("hola"))).Error!.Code.ShouldBe("template.not_approved");
    }

    [Fact]
    public async Task A_failed_template_should_be_sent_again_as_one()
    {
        database.Clock.Advance(TimeSpan.FromHours(25));
        var sent = (await SendAsync(template: Chosen("hola"))).Value;
        await BeginAsync(sent.Id);
        await FinishAsync(sent.Id, new DeliveryOutcome.Lost());
        database.Clock.Advance(MessageStatuses.UnknownGrace);

        var again = (await database.RunAsync(tenant, agent, new ResendMessage(sent.Id))).Value;

        (await BeginAsync(again.Id))!.Rich!.Template!.Name.ShouldBe("hola");
    }

    [Fact]
    public async Task A_template_that_meta_knows_no_more_should_have_the_list_read_again()
    {
        var sent = (await SendAsync(template: Chosen("hola"))).Value;
        await BeginAsync(sent.Id);

        await FinishAsync(
            sent.Id,
            new DeliveryOutcome.Rejected("132001", "No such template") { TemplatesDiffer = true }
        );

        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.outbox WHERE kind = '{OutboxKinds.SyncTemplates}' AND subject_id = '{channel}'"
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task Who_wants_no_advertising_should_get_none_and_all_else()
    {
        var identity = new InboundIdentity(IdentityKinds.WaId, Customer);
        var now = database.Clock.GetUtcNow();
        await MarkAsync(ContactMarks.MarketingOff, now);
        // An older word that comes late changes nothing.
        await MarkAsync(ContactMarks.MarketingOn, now.AddHours(-1));

        (await SendAsync(template: Chosen("promo"))).Error.ShouldBe(
            ConversationErrors.MarketingStopped
        );
        (await SendAsync(template: Chosen("hola"))).IsOk.ShouldBeTrue();
        (await SendAsync("An answer")).IsOk.ShouldBeTrue();

        await MarkAsync(ContactMarks.MarketingOn, now.AddHours(1));
        (await SendAsync(template: Chosen("promo"))).IsOk.ShouldBeTrue();

        Task<int> MarkAsync(string mark, DateTimeOffset at) =>
            database.DoAsync(
                tenant,
                Actor.System,
                new ApplyMark(channel, new InboundMark(identity, mark, at))
            );
    }

    [Fact]
    public async Task A_restricted_account_should_answer_and_begin_nothing_until_it_is_over()
    {
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var end = database.Clock.GetUtcNow().AddDays(7);
        var news = new AccountNews.Restricted([ChannelRestrictions.NoBeginning], end);
        await database.TellAsync(tenant, channel, news);
        await database.TellAsync(tenant, channel, news);

        (await SendAsync(template: Chosen("hola"))).Error.ShouldBe(
            ConversationErrors.ChannelRestricted
        );
        (await SendAsync("An answer")).IsOk.ShouldBeTrue();
        (await DetailAsync(admin)).ShouldBe(ChannelDetails.Restricted);
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM notifications WHERE user_id = '{admin.Id}'",
                tenant
            )
        ).ShouldBe(1);

        database.Clock.Advance(TimeSpan.FromDays(7));
        await database.ReceiveAsync(tenant, channel, Customer, "Again");
        await database.DoAsync(tenant, Actor.System, new EndRestriction(Guid.NewGuid(), channel));
        (await DetailAsync(admin)).ShouldBe(ChannelDetails.Connected);
        (await SendAsync(template: Chosen("hola"))).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task The_list_should_be_the_last_word_but_for_what_was_told_since()
    {
        var readAt = database.Clock.GetUtcNow();
        database.Clock.Advance(TimeSpan.FromSeconds(5));
        await database.TellAsync(
            tenant,
            channel,
            new AccountNews.TemplateState(
                "waiting",
                "es",
                TemplateStatuses.Rejected,
                "INVALID_FORMAT",
                null
            )
        );
        await database.DoAsync(
            tenant,
            Actor.System,
            new StoreChannelTemplates(
                null,
                channel,
                [
                    ApprovedTemplates.Listed("hola", category: "MARKETING"),
                    ApprovedTemplates.Listed("waiting", status: TemplateStatuses.Pending),
                ],
                readAt
            )
        );

        var owner = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var stored = await database.ReadAsync(
            tenant,
            unit => unit.ListChannelTemplatesAsync(channel, default),
            owner
        );
        stored
            .Select(t => (t.Name, t.Status, t.Category, t.RejectionReason))
            .ShouldBe([
                ("hola", TemplateStatuses.Approved, "MARKETING", null),
                ("waiting", TemplateStatuses.Rejected, "UTILITY", "INVALID_FORMAT"),
            ]);
        (
            await database.ReadAsync(
                tenant,
                unit => unit.ListTemplatesToSendAsync(conversation, default),
                agent
            )
        )
            .ShouldHaveSingleItem()
            .Name.ShouldBe("hola");
        (
            await database.ReadAsync(
                tenant,
                unit => unit.ListChannelTemplatesAsync(channel, default),
                agent
            )
        ).ShouldBeEmpty();
    }

    private async Task<string?> DetailAsync(Actor admin) =>
        (
            await database.ReadAsync(tenant, unit => unit.FindChannelAsync(channel, default), admin)
        )!.StatusDetail;

    private static ChosenTemplate Visit(string latitude, string longitude) =>
        new(
            "visit",
            "es",
            new Dictionary<string, string>
            {
                ["place.latitude"] = latitude,
                ["place.longitude"] = longitude,
                ["place.name"] = "Café Flor",
                ["place.address"] = "Av. Corrientes 1234",
            }
        );

    private static ChosenTemplate Chosen(string name) =>
        new(
            name,
            "es",
            new Dictionary<string, string> { ["body.1"] = "Ana", ["body.2"] = "hasta luego" }
        );

    private Task<Result<SentMessage>> SendAsync(
        string text = "",
        ChosenTemplate? template = null,
        string? key = null,
        Guid? at = null
    ) =>
        database.RunAsync(
            tenant,
            agent,
            new SendMessage(at ?? conversation, text, key ?? $"key-{keys++}")
            {
                Template = template,
            }
        );

    private async Task<Delivery?> BeginAsync(Guid message) =>
        await database.DoAsync(
            tenant,
            Actor.System,
            new BeginDelivery(await WorkAsync(message), message)
        );

    private async Task<string> FinishAsync(Guid message, DeliveryOutcome outcome) =>
        await database.DoAsync(
            tenant,
            Actor.System,
            new FinishDelivery(await WorkAsync(message), message, outcome)
        );

    private Task<Guid> WorkAsync(Guid message) =>
        database.AskAsync<Guid>($"SELECT id FROM shared.outbox WHERE subject_id = '{message}'");
}
