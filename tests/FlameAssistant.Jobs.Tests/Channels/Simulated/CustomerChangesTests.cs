using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.Simulated;

/// <summary>What a customer at the simulator changes and takes back, as each provider tells it.</summary>
public sealed class CustomerChangesTests(SimulatedChannels database)
    : IClassFixture<SimulatedChannels>
{
    [Theory]
    [InlineData(ChannelTypes.WhatsApp, 1)]
    [InlineData(ChannelTypes.Messenger, 1)]
    [InlineData(ChannelTypes.Telegram, 1)]
    [InlineData(SimulatedChannels.Waha, 1)]
    [InlineData(SimulatedChannels.Evolution, 1)]
    [InlineData(ChannelTypes.WhatsApp, 3)]
    [InlineData(ChannelTypes.Messenger, 3)]
    [InlineData(ChannelTypes.Telegram, 3)]
    [InlineData(SimulatedChannels.Waha, 3)]
    [InlineData(SimulatedChannels.Evolution, 3)]
    public async Task A_customers_edit_should_change_the_message(string provider, int reorder)
    {
        var at = await NewAsync(provider, reorder);
        var message = await database.WriteAsync(at, "Two, please");
        (await database.EditAsync(at, message, "Tree, please")).Status.ShouldBe(200);
        (await database.EditAsync(at, message, "Three, please 😀")).Status.ShouldBe(200);

        await Eventually.IsTrueAsync(async () =>
            await StateAsync(at, message) == "Three, please 😀|edited|there"
        );
        await OnlyMessageAsync(at);
        var line = database.Simulator.State.Conversations.FindMessage(message)!.Value.Message;
        (line.Text, line.Edits, line.DeletedAt).ShouldBe(("Three, please 😀", 2, null));
        (await database.AskAsync<DateTime>("SELECT edited_at FROM messages", at.Tenant)).ShouldBe(
            line.EditedAt!.Value.UtcDateTime,
            TimeSpan.FromSeconds(1)
        );
    }

    [Theory]
    [InlineData(ChannelTypes.WhatsApp, 1)]
    [InlineData(ChannelTypes.Instagram, 1)]
    [InlineData(SimulatedChannels.Waha, 1)]
    [InlineData(SimulatedChannels.Evolution, 1)]
    [InlineData(ChannelTypes.WhatsApp, 2)]
    [InlineData(ChannelTypes.Instagram, 2)]
    [InlineData(SimulatedChannels.Waha, 2)]
    [InlineData(SimulatedChannels.Evolution, 2)]
    public async Task A_customers_deletion_should_take_the_message_back(
        string provider,
        int reorder
    )
    {
        var at = await NewAsync(provider, reorder);
        var message = await database.WriteAsync(at, "Not for you");
        (await database.DeleteAsync(at, message)).Status.ShouldBe(200);

        await Eventually.IsTrueAsync(async () =>
            await StateAsync(at, message) == "Not for you|as written|deleted"
        );
        await OnlyMessageAsync(at);
        (await database.DeleteAsync(at, message)).ShouldBe(
            (409, "The message is taken back already.")
        );
    }

    [Theory]
    [InlineData(ChannelTypes.Messenger, "took a message back")]
    [InlineData(ChannelTypes.Telegram, "took a message back")]
    [InlineData(ChannelTypes.Instagram, "changed a message")]
    public async Task What_a_provider_does_not_tell_should_be_refused(
        string provider,
        string reason
    )
    {
        var at = await database.NewAsync(provider);
        var message = await database.WriteAsync(at, "Hello");

        var (status, error) =
            provider == ChannelTypes.Instagram
                ? await database.EditAsync(at, message, "Hello!")
                : await database.DeleteAsync(at, message);

        status.ShouldBe(400);
        error.ShouldBe($"{provider} tells no business that a customer {reason}.");
        var line = database.Simulator.State.Conversations.FindMessage(message)!.Value.Message;
        (line.Text, line.EditedAt, line.DeletedAt).ShouldBe(("Hello", null, null));
    }

    [Fact]
    public async Task A_customer_should_change_nothing_but_texts_of_their_own()
    {
        var at = await database.NewAsync(ChannelTypes.WhatsApp);
        var other = await database.NewAsync(ChannelTypes.WhatsApp);
        var message = await database.WriteAsync(at, "Hello");
        await database.AnswerAsync(at, "Hello, Ana");
        var answer = database
            .Simulator.State.Conversations.Find(at.Account, SimulatedChannels.Customer)!
            .Messages[^1]
            .Wamid;

        (await database.EditAsync(at, answer, "Hello!")).Status.ShouldBe(400);
        (await database.DeleteAsync(at, answer)).Status.ShouldBe(400);
        (await database.EditAsync(at, message, " ")).Status.ShouldBe(400);
        (await database.EditAsync(other, message, "Hello!")).Status.ShouldBe(404);
        (await database.DeleteAsync(at, "nothing")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData(ChannelTypes.WhatsApp, "whatsapp-cloud/in_edit", "whatsapp-cloud/in_revoke")]
    [InlineData(ChannelTypes.Messenger, "messenger/in_message_edit", null)]
    [InlineData(ChannelTypes.Instagram, null, "instagram/in_deleted")]
    [InlineData(ChannelTypes.Telegram, "telegram/update_edited_message", null)]
    [InlineData(SimulatedChannels.Waha, "waha/event_message_edited", "waha/event_message_revoked")]
    [InlineData(SimulatedChannels.Evolution, null, "evolution/event_messages_delete")]
    public async Task Webhooks_of_changes_should_have_the_providers_shape(
        string provider,
        string? edit,
        string? deletion
    )
    {
        var at = await database.NewAsync(provider);
        var message = await database.WriteAsync(at, "Hello");
        if (edit is not null)
        {
            await database.EditAsync(at, message, "Hello!");
            await SameShapeAsync(2, edit);
        }
        if (deletion is not null)
        {
            await database.DeleteAsync(at, message);
            await SameShapeAsync(edit is null ? 2 : 3, deletion);
        }

        async Task SameShapeAsync(int number, string file)
        {
            await Eventually.IsTrueAsync(() => database.ToldOf(at).Count == number);
            var told = JsonNode.Parse(database.ToldOf(at)[^1]);
            Shape(told).ShouldBe(Shape(Fixtures.Json($"{file}.json")));
        }
    }

    private async Task<SimulatedAccount> NewAsync(string provider, int reorder)
    {
        var at = await database.NewAsync(provider);
        database.Simulator.State.Channels.SetFaults(
            at.Account,
            new ChannelFaults { Reorder = reorder, Duplicates = 1 }
        );
        return at;
    }

    private async Task<string?> StateAsync(SimulatedAccount at, string message) =>
        await database.AskAsync<string>(
            $"""
            SELECT concat_ws('|', content, CASE WHEN edited_at IS NULL THEN 'as written' ELSE 'edited' END,
                             CASE WHEN deleted_at IS NULL THEN 'there' ELSE 'deleted' END)
              FROM messages WHERE external_message_id = '{message}'
            """,
            at.Tenant
        );

    private async Task OnlyMessageAsync(SimulatedAccount at)
    {
        (
            await database.AskAsync<long>(
                "SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM parked_events)",
                at.Tenant
            )
        ).ShouldBe(1);
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.inbound_quarantine WHERE tenant_id = '{at.Tenant.Id}'"
            )
        ).ShouldBe(0);
    }

    /// <summary>The names and kinds of all values, in any order; what is particular to the files' person and host left out.</summary>
    private static string Shape(JsonNode? node) =>
        node switch
        {
            JsonObject o =>
                $"{{{string.Join(',', o.Where(p => !IsParticular(p.Key)).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Shape(p.Value)}"))}}}",
            JsonArray a => $"[{string.Join(',', a.Select(Shape))}]",
            _ => node?.GetValueKind().ToString() ?? "Null",
        };

    private static bool IsParticular(string name) =>
        name is "metadata" or "browser" or "_data" or "username" or "language_code";
}
