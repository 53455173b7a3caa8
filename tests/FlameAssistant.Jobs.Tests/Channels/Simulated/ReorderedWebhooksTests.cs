using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.Simulated;

/// <summary>Webhooks that overtake one another, as the simulator's switch makes them.</summary>
public sealed class ReorderedWebhooksTests(SimulatedChannels database)
    : IClassFixture<SimulatedChannels>
{
    [Theory]
    [InlineData(ChannelTypes.WhatsApp)]
    [InlineData(ChannelTypes.Messenger)]
    [InlineData(ChannelTypes.Instagram)]
    [InlineData(ChannelTypes.Telegram)]
    [InlineData(SimulatedChannels.Waha)]
    [InlineData(SimulatedChannels.Evolution)]
    public async Task Messages_should_arrive_once_and_stand_by_the_providers_time(string provider)
    {
        var at = await NewAsync(provider, new ChannelFaults { Reorder = 4, Duplicates = 1 });
        string[] texts = [.. Enumerable.Range(1, 10).Select(n => $"{provider} {n:00}")];
        foreach (var text in texts)
        {
            await database.WriteAsync(at, text);
        }

        await Eventually.IsTrueAsync(() => database.ToldOf(at).Count == 2 * 8);
        database.Wait(TimeSpan.FromSeconds(1));

        await Eventually.IsTrueAsync(() => database.ToldOf(at).Count == 2 * texts.Length);
        await Eventually.IsTrueAsync(async () => await CountAsync(at) == texts.Length);
        // Four, four, and the two that waited in vain for more.
        database
            .ToldOf(at)
            .Select(body => Encoding.UTF8.GetString(body))
            .Select(body => texts.IndexOf(texts.Single(body.Contains)) + 1)
            .ShouldBe([4, 4, 3, 3, 2, 2, 1, 1, 8, 8, 7, 7, 6, 6, 5, 5, 10, 10, 9, 9]);
        var conversation = await database.AskAsync<Guid>("SELECT id FROM conversations", at.Tenant);
        var thread = await database.ReadAsync(
            at.Tenant,
            unit => unit.ReadThreadAsync(conversation, beforeSeq: null, default)
        );
        thread.Messages.Select(m => m.Content).ShouldBe(texts);
        (
            await database.AskAsync<string>(
                "SELECT last_message_preview FROM conversations",
                at.Tenant
            )
        ).ShouldBe(texts[^1]);
    }

    [Fact]
    public async Task Statuses_should_be_turned_round_also_where_they_overtake_the_answer()
    {
        var at = await NewAsync(
            ChannelTypes.WhatsApp,
            new ChannelFaults { Reorder = 2, StatusesBeforeAnswer = true }
        );
        await database.AnswerAsync(at, "Olá");

        database.ToldOf(at).Select(StatusOf).ShouldBe(["delivered", "sent"]);
    }

    private async Task<SimulatedAccount> NewAsync(string provider, ChannelFaults faults)
    {
        var at = await database.NewAsync(provider);
        database.Simulator.State.Channels.SetFaults(at.Account, faults);
        return at;
    }

    private Task<long> CountAsync(SimulatedAccount at) =>
        database.AskAsync<long>("SELECT count(*) FROM messages", at.Tenant);

    private static string? StatusOf(byte[] body) =>
        JsonNode.Parse(body)!["entry"]![0]!["changes"]![0]!["value"]!["statuses"]![0]![
            "status"
        ]!.GetValue<string>();
}
