using Bunit;
using FlameAssistant.Data.Live;
using FlameAssistant.Web.Features.Conversations;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>What is asked for after hints: as little as they allow, and all where they leave it open.</summary>
public sealed class InboxChangeTests : InboxContext
{
    private static readonly Guid conversation = Guid.CreateVersion7();

    [Fact]
    public void Messages_of_one_conversation_should_be_asked_for_by_their_place()
    {
        var change = Some.Change(LiveKinds.Message, conversation, 7);
        change.Add(new LiveEvent(Guid.Empty, LiveKinds.Message, conversation, 8));

        change.MessagesOf(conversation).ShouldBe([7, 8]);
        change.Conversations.ShouldBe([conversation]);
        (change.IsAny, change.HasWords).ShouldBe((false, false));
    }

    [Fact]
    public void Change_of_the_whole_conversation_should_outweigh_its_messages()
    {
        var change = Some.Change(LiveKinds.Conversation, conversation);
        change.Add(new LiveEvent(Guid.Empty, LiveKinds.Message, conversation, 8));
        change.AddRead(conversation);

        change.Touches(conversation).ShouldBeTrue();
        change.MessagesOf(conversation).ShouldBeNull();
    }

    [Fact]
    public void Only_messages_should_leave_what_is_the_members_own()
    {
        var change = Some.Change(LiveKinds.Message, conversation, 7);
        change.IsMessagesOnly(conversation).ShouldBeTrue();

        change.AddRead(conversation);

        change.IsMessagesOnly(conversation).ShouldBeFalse();
        Some.Change(LiveKinds.Conversation, conversation)
            .IsMessagesOnly(conversation)
            .ShouldBeFalse();
    }

    [Fact]
    public void Many_messages_should_become_the_whole_conversation()
    {
        var change = new InboxChange();
        for (var seq = 1; seq <= 50; seq++)
        {
            change.Add(new LiveEvent(Guid.Empty, LiveKinds.Message, conversation, seq));
        }

        change.IsAny.ShouldBeFalse();
        change.MessagesOf(conversation).ShouldBeNull();
    }

    [Fact]
    public void Many_conversations_should_become_any()
    {
        var change = new InboxChange();
        for (var i = 0; i < 50; i++)
        {
            change.Add(new LiveEvent(Guid.Empty, LiveKinds.Message, Guid.NewGuid(), 1));
        }

        change.IsAny.ShouldBeTrue();
        change.Touches(conversation).ShouldBeTrue();
    }

    [Theory]
    [InlineData(LiveKinds.Vocabulary, true, true)]
    [InlineData(LiveKinds.Resync, true, true)]
    [InlineData(LiveKinds.Member, true, true)]
    [InlineData(LiveKinds.Channel, true, true)]
    [InlineData(LiveKinds.Tenant, true, false)]
    [InlineData(LiveKinds.Availability, false, false)]
    public void Other_kinds_should_say_what_they_touch(string kind, bool any, bool words)
    {
        var change = Some.Change(kind);

        (change.IsAny, change.HasWords).ShouldBe((any, words));
        change.HasPeople.ShouldBe(kind == LiveKinds.Availability);
    }

    [Fact]
    public async Task Message_of_a_listed_conversation_should_ask_for_its_row_alone()
    {
        Data.Rows.AddRange([Some.Row(1), Some.Row(2, unread: 0)]);
        var page = Open();
        var lists = Data.Lists;
        Data.Rows[1] = Data.Rows[1] with { LastMessagePreview = "And this?", Unread = 1 };

        await page.InvokeAsync(() =>
            Data.ChangeAsync(Some.Change(LiveKinds.Message, Data.Rows[1].Id, 2))
        );

        page.WaitForAssertion(() =>
            AllById(page, "conversation-row")
                .ShouldContain(row => row.TextContent.Contains("And this?"))
        );
        (Data.Lists, Data.Follows).ShouldBe((lists, 1));
    }

    [Fact]
    public async Task New_message_of_the_open_thread_should_be_taken_without_reading_the_page()
    {
        Data.Messages.Add(Some.Inbound(1, "Hello?"));
        var page = Open(7);
        Data.Messages.Add(Some.Inbound(2, "Anybody?"));
        var threads = Data.Threads;

        await page.InvokeAsync(() =>
            Data.ChangeAsync(Some.Change(LiveKinds.Message, Data.Details.Id, 2))
        );

        page.WaitForAssertion(() => AllById(page, "message").Count.ShouldBe(2));
        Data.Threads.ShouldBe(threads);
    }

    [Fact]
    public async Task Missed_message_should_make_the_thread_read_its_page()
    {
        Data.Messages.Add(Some.Inbound(1, "Hello?"));
        var page = Open(7);
        Data.Messages.AddRange([Some.Inbound(2, "Anybody?"), Some.Inbound(3, "I will call.")]);

        await page.InvokeAsync(() =>
            Data.ChangeAsync(Some.Change(LiveKinds.Message, Data.Details.Id, 3))
        );

        page.WaitForAssertion(() => AllById(page, "message").Count.ShouldBe(3));
    }

    [Fact]
    public async Task Row_that_left_the_list_should_go_and_one_below_the_pages_should_wait()
    {
        Data.PageSize = 2;
        Data.Rows.AddRange([Some.Row(1), Some.Row(2), Some.Row(3), Some.Row(4)]);
        var pages = new ConversationPages(Data);
        await pages.LoadAsync(new(), CancellationToken.None);

        pages.Take([Data.Rows[0].Id, Data.Rows[3].Id], [Data.Rows[3]], pages.Filter);
        pages.Rows.Select(row => row.Number).ShouldBe([2]);

        // An answer to a question about another list changes nothing.
        pages.Take([Data.Rows[1].Id], [], new());
        pages.Rows.Select(row => row.Number).ShouldBe([2]);
        await pages.MoreAsync(CancellationToken.None);
        pages.Rows.Select(row => row.Number).ShouldBe([2, 3, 4]);
    }
}
