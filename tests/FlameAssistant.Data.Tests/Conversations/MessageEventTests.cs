using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>Edits, deletions and reactions: before their message, twice, late, and by the wrong side.</summary>
public sealed class MessageEventTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private const string Customer = "5491155556000";
    private TenantRef tenant = null!;
    private Guid channel;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Edits_should_be_shown_the_latest_once_and_in_the_list()
    {
        var id = await ReceiveAsync("wamid.1", "primero");
        (await ApplyAsync(MessageEventKinds.Edit, "segundo", minutes: 2)).ShouldBeTrue();
        (await ApplyAsync(MessageEventKinds.Edit, "segundo", minutes: 2)).ShouldBeFalse();
        (await ApplyAsync(MessageEventKinds.Edit, "viejo", minutes: 1)).ShouldBeFalse();
        var message = (await ThreadAsync(id)).Messages.Single();
        (message.Content, message.EditedAt is not null).ShouldBe(("segundo", true));
        (
            await database.AskAsync<string>(
                "SELECT c.last_message_preview || ' ' || c.rev || ' ' || m.rev FROM conversations c JOIN messages m ON m.conversation_id = c.id",
                tenant
            )
        ).ShouldBe("segundo 2 2");
    }

    [Fact]
    public async Task What_was_taken_back_should_be_shown_to_nobody()
    {
        var id = await ReceiveAsync("wamid.1", "secreto");
        (await ApplyAsync(MessageEventKinds.Delete, "")).ShouldBeTrue();
        (await ApplyAsync(MessageEventKinds.Edit, "otra vez", minutes: 5)).ShouldBeFalse();
        var message = (await ThreadAsync(id)).Messages.Single();
        (message.Content, message.DeletedAt is not null).ShouldBe(("", true));
    }

    [Fact]
    public async Task Reactions_should_be_one_of_each_and_go_again()
    {
        var id = await ReceiveAsync("wamid.1", "hola");
        (await ApplyAsync(MessageEventKinds.Reaction, "👍")).ShouldBeTrue();
        (await ApplyAsync(MessageEventKinds.Reaction, "❤️", minutes: 1)).ShouldBeTrue();
        (await ApplyAsync(MessageEventKinds.Reaction, "👍")).ShouldBeFalse();
        (await ThreadAsync(id)).Messages.Single().Reactions.Single().Emoji.ShouldBe("❤️");
        (await ApplyAsync(MessageEventKinds.Reaction, "", minutes: 2)).ShouldBeTrue();
        (await ThreadAsync(id)).Messages.Single().Reactions.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_came_before_its_message_should_wait_for_it()
    {
        (await ApplyAsync(MessageEventKinds.Edit, "corregido")).ShouldBeFalse();
        (await ApplyAsync(MessageEventKinds.Edit, "corregido")).ShouldBeFalse();
        (await ApplyAsync(MessageEventKinds.Reaction, "😀", minutes: 1)).ShouldBeFalse();
        var id = await ReceiveAsync("wamid.1", "original");
        var message = (await ThreadAsync(id)).Messages.Single();
        (message.Content, message.Reactions.Single().Emoji).ShouldBe(("corregido", "😀"));
        (await database.AskAsync<long>("SELECT count(*) FROM parked_events", tenant)).ShouldBe(0);
    }

    [Fact]
    public async Task A_customer_should_not_change_what_we_wrote()
    {
        var id = await ReceiveAsync("wamid.0", "hola");
        var agent = await database.NewMemberAsync(tenant, MemberRoles.Agent);
        await database.DoAsync(tenant, agent, new SendMessage(id, "Nuestro precio es 10", "k"));
        await database.ExecuteAsync(
            "UPDATE messages SET external_message_id = 'wamid.1' WHERE is_from_me",
            tenant
        );
        (await ApplyAsync(MessageEventKinds.Edit, "Nuestro precio es 1")).ShouldBeFalse();
        (await ApplyAsync(MessageEventKinds.Delete, "")).ShouldBeFalse();
        (await ThreadAsync(id)).Messages[^1].Content.ShouldBe("Nuestro precio es 10");
    }

    private async Task<Guid> ReceiveAsync(string wamid, string text) =>
        (await database.ReceiveAsync(tenant, channel, Customer, text, wamid)).ConversationId;

    private Task<bool> ApplyAsync(string kind, string text, int minutes = 0)
    {
        var at = database.Clock.GetUtcNow().AddMinutes(minutes - 10);
        return database.DoAsync(
            tenant,
            Actor.System,
            new ApplyMessageEvent(
                channel,
                new InboundMessageEvent(
                    "wamid.1",
                    kind,
                    $"{kind}-{minutes}",
                    [new InboundIdentity(IdentityKinds.WaId, Customer)],
                    at,
                    text
                )
            )
        );
    }

    private Task<ThreadPage> ThreadAsync(Guid id) =>
        database.ReadAsync(tenant, unit => unit.ReadThreadAsync(id, null, default));
}
