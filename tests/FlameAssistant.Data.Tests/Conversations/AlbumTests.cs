using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>Albums: the parts come one by one, in any order, more than once, and are one message.</summary>
public sealed class AlbumTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(3, 2, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(2, 1, 2, 3, 3, 1)]
    public async Task Parts_should_become_one_message_in_their_own_order(params int[] order)
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);
        foreach (var part in order)
        {
            await talk.ReceiveAsync(Part(talk, part));
        }

        var message = (await talk.MessagesAsync()).ShouldHaveSingleItem();
        (message.Content, message.ExternalMessageId, message.MessageType).ShouldBe(
            ("Primeira\nTerceira", "1111111:album:9", "image")
        );
        message.Metadata.ShouldContain("part 1");
        var thread = (await talk.ThreadAsync(message.ConversationId)).Messages.Single();
        thread.Files.Count.ShouldBe(3);
        (await talk.OutboxAsync()).Count(o => o.Kind == OutboxKinds.FetchMedia).ShouldBe(3);
        (
            await database.AskAsync<string>(
                "SELECT string_agg(external_id, ',' ORDER BY position) FROM message_attachments",
                talk.Tenant
            )
        ).ShouldBe("file-1,file-2,file-3");
        (
            await database.AskAsync<string>(
                "SELECT inbound_seq || ' ' || seq || ' ' || last_message_preview FROM conversations",
                talk.Tenant
            )
        ).ShouldBe("1 1 Primeira Terceira");
    }

    [Fact]
    public async Task Parts_that_come_at_once_should_become_one_message()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);

        await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => talk.ReceiveAsync(Part(talk, (i % 3) + 1)))
        );

        var message = (await talk.MessagesAsync()).ShouldHaveSingleItem();
        message.Content.ShouldBe("Primeira\nTerceira");
        (await talk.ThreadAsync(message.ConversationId)).Messages.Single().Files.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_edit_of_a_part_should_change_its_words_only(bool comesFirst)
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);
        await talk.ReceiveAsync(Part(talk, 1));
        if (comesFirst)
        {
            await talk.HappensAsync("1111111:3", MessageEventKinds.Edit, "Editada");
        }
        await talk.ReceiveAsync(Part(talk, 3));
        if (!comesFirst)
        {
            (
                await talk.HappensAsync("1111111:3", MessageEventKinds.Edit, "Editada")
            ).ShouldBeTrue();
        }
        await talk.ReceiveAsync(Part(talk, 2));

        (await talk.MessagesAsync()).ShouldHaveSingleItem().Content.ShouldBe("Primeira\nEditada");
    }

    [Fact]
    public async Task An_answer_to_a_part_should_quote_the_album_and_ours_its_first_part()
    {
        var talk = await ChannelTalk.BeginAsync(database, ChannelTypes.Telegram);
        await talk.ReceiveAsync(Part(talk, 2));
        var received = await talk.ReceiveAsync(Part(talk, 1));
        await talk.ReceiveAsync(
            talk.Says("esse", "1111111:7") with
            {
                QuotedExternalId = "1111111:2",
            }
        );

        var messages = await talk.MessagesAsync();
        messages[1].QuotedMessageId.ShouldBe(messages[0].Id);

        var answer = (
            await database.RunAsync(
                talk.Tenant,
                await database.NewMemberAsync(talk.Tenant),
                new SendMessage(
                    received.ConversationId,
                    "Qual?",
                    "k",
                    QuotedMessageId: messages[0].Id
                )
            )
        )
            .Value
            .Id;
        (await talk.BeginAsync(answer))!.QuotedExternalId.ShouldBe("1111111:1");
    }

    private static InboundMessage Part(ChannelTalk talk, int number) =>
        talk.Says(
            number switch
            {
                1 => "Primeira",
                3 => "Terceira",
                _ => "",
            },
            "1111111:album:9",
            talk.Now.AddSeconds(-1)
        ) with
        {
            Type = "image",
            Metadata = $$"""{"of":"part {{number}}"}""",
            PartId = $"1111111:{number}",
            PartPlace = number,
            Media = [new InboundMedia("image", $"file-{number}", null, null)],
        };
}
