using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>A tenant's own fields: how they are defined, and how they are filled in.</summary>
public sealed class FieldTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Guid channel;
    private Actor manager = null!;
    private Actor agent = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        manager = await database.NewMemberAsync(tenant, MemberRoles.Manager);
        agent = await database.NewMemberAsync(tenant);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Key_should_be_made_of_the_label_once_and_for_good()
    {
        var field = await NewAsync("Número de pedido");
        await NewAsync("¡Número de pedido!");
        await NewAsync("123");
        // What templates name already is taken.
        await NewAsync("Name", CustomFieldSubjects.Contact);
        (await KeysAsync()).ShouldBe([
            "name_2",
            "numero_de_pedido",
            "numero_de_pedido_2",
            "field_123",
        ]);

        await DoAsync(
            new SaveField(
                field,
                CustomFieldSubjects.Contact,
                "other",
                "Pedido",
                CustomFieldKinds.Text,
                []
            )
        );
        var row = (await RowsAsync()).Single(f => f.Id == field);
        (row.Subject, row.Key, row.Label).ShouldBe(
            (CustomFieldSubjects.Conversation, "numero_de_pedido", "Pedido")
        );
    }

    [Fact]
    public async Task Field_should_tell_every_problem_by_its_name()
    {
        await NewAsync("Branch", key: "branch");
        async Task<string[]> ProblemsAsync(SaveField field)
        {
            var error = (await database.RunAsync(tenant, manager, field)).Error.ShouldNotBeNull();
            error.Code.ShouldBe("field.invalid");
            return [.. error.Fields!.Keys.Order()];
        }
        (await ProblemsAsync(new(null, "house", "9 9", " ", "color", []))).ShouldBe([
            "key",
            "kind",
            "label",
            "subject",
        ]);
        (
            await ProblemsAsync(
                new(null, "conversation", "branch", "BRANCH", CustomFieldKinds.Choice, [" ", ""])
            )
        ).ShouldBe(["choices", "key", "label"]);
        var text = await NewAsync("Reason");
        (
            await ProblemsAsync(
                new(text, "conversation", null, "Reason", CustomFieldKinds.Number, [])
            )
        ).ShouldBe(["kind"]);
        (
            await database.RunAsync(
                tenant,
                manager,
                new SaveField(Guid.NewGuid(), "conversation", null, "x", CustomFieldKinds.Text, [])
            )
        ).Error.ShouldBe(FieldErrors.NotFound);
    }

    [Fact]
    public async Task Fields_should_stand_in_the_order_that_somebody_gave_them()
    {
        var (a, b, c) = (await NewAsync("A"), await NewAsync("B"), await NewAsync("C"));
        await DoAsync(new OrderFields(CustomFieldSubjects.Conversation, [c, a]));
        (await KeysAsync()).ShouldBe(["c", "a", "b"]);
        await NewAsync("D");
        (await KeysAsync()).ShouldBe(["c", "a", "b", "d"]);
        (
            await database.RunAsync(
                tenant,
                manager,
                new OrderFields(CustomFieldSubjects.Contact, [b])
            )
        ).Error.ShouldBe(FieldErrors.NotFound);
    }

    [Fact]
    public async Task A_field_made_again_should_find_what_was_filled_in()
    {
        var field = await NewAsync("Order");
        var conversation = (
            await database.ReceiveAsync(tenant, channel, "5491180001")
        ).ConversationId;
        var filled = new SetConversationFields(
            conversation,
            new Dictionary<string, string?> { ["order"] = "A-7" }
        );
        await DoAsync(filled, agent);
        await DoAsync(new DeleteField(field));
        (await database.RunAsync(tenant, agent, filled)).Error!.Fields!.Keys.ShouldBe(["order"]);
        await NewAsync("Order");
        (await DetailsAsync(conversation)).CustomFields.ShouldContain("A-7");
    }

    [Fact]
    public async Task Values_of_a_contact_should_be_typed_shown_and_named_by_templates()
    {
        await NewAsync("Birthday", CustomFieldSubjects.Contact, kind: CustomFieldKinds.Date);
        await NewAsync("Points", CustomFieldSubjects.Contact, kind: CustomFieldKinds.Number);
        var received = await database.ReceiveAsync(tenant, channel, "5491180002");
        var contact = (await DetailsAsync(received.ConversationId)).Contact.Id;
        await DoAsync(Fill(contact, ("birthday", "1990-02-28"), ("points", "12.50")), agent);
        var shown = (await DetailsAsync(received.ConversationId)).Contact.CustomFields;
        shown.ShouldContain("1990-02-28");
        shown.ShouldContain("12.5");
        var rendered = await database.ReadAsync(
            tenant,
            unit =>
                unit.RenderTemplateAsync(
                    "{{contact.birthday}}",
                    received.ConversationId,
                    TestContext.Current.CancellationToken
                ),
            agent
        );
        rendered!.Text.ShouldBe("1990-02-28");

        var wrong = (
            await database.RunAsync(
                tenant,
                agent,
                Fill(contact, ("birthday", "tomorrow"), ("points", "7"), ("none", "x"))
            )
        ).Error.ShouldNotBeNull();
        wrong.Code.ShouldBe("contact.fields");
        wrong.Fields!.Keys.Order().ShouldBe(["birthday", "none"]);
        (await DetailsAsync(received.ConversationId)).Contact.CustomFields.ShouldContain("12.5");
    }

    [Fact]
    public async Task A_contact_should_be_changed_only_by_who_sees_a_conversation_of_theirs()
    {
        await NewAsync("City", CustomFieldSubjects.Contact);
        var received = await database.ReceiveAsync(tenant, channel, "5491180003");
        var contact = (await DetailsAsync(received.ConversationId)).Contact.Id;
        await database.AddChannelMemberAsync(
            tenant,
            channel,
            await database.NewMemberAsync(tenant)
        );
        (await database.RunAsync(tenant, agent, Fill(contact, ("city", "Lima")))).Error.ShouldBe(
            ContactErrors.NotFound
        );
        await DoAsync(Fill(contact, ("city", "Lima")), manager);
    }

    private static SetContactFields Fill(
        Guid contact,
        params (string Key, string? Value)[] values
    ) => new(contact, values.ToDictionary(v => v.Key, v => v.Value));

    private Task<Guid> NewAsync(
        string label,
        string subject = CustomFieldSubjects.Conversation,
        string? key = null,
        string kind = CustomFieldKinds.Text
    ) => DoAsync(new SaveField(null, subject, key, label, kind, []));

    private Task<IReadOnlyList<FieldRow>> RowsAsync() =>
        database.ReadAsync(
            tenant,
            unit => unit.ListFieldsAsync(TestContext.Current.CancellationToken),
            agent
        );

    private async Task<IEnumerable<string>> KeysAsync() => (await RowsAsync()).Select(f => f.Key);

    private async Task<ConversationDetails> DetailsAsync(Guid conversation) =>
        (
            await database.ReadAsync(
                tenant,
                async unit =>
                    await unit.FindConversationAsync(
                        await unit
                            .Db.Conversations.Where(c => c.Id == conversation)
                            .Select(c => c.Number)
                            .SingleAsync(),
                        TestContext.Current.CancellationToken
                    ),
                manager
            )
        ).ShouldNotBeNull();

    private Task<T> DoAsync<T>(ITenantOperation<T> operation, Actor? actor = null) =>
        database.DoAsync(tenant, actor ?? manager, operation);
}
