using Bunit;
using FlameAssistant.Web.Features.Conversations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Web.Tests.Conversations;

public sealed class ConversationListTests : InboxContext
{
    [Fact]
    public void List_should_show_rows_with_unread_and_waiting()
    {
        Data.Rows.Add(
            Some.Row(1, "Lucía Fernández", unread: 3, waitingSince: Some.Noon.AddMinutes(-12))
        );
        Data.Rows.Add(Some.Row(2, "Marc Dubois"));

        var page = Open();

        var rows = AllById(page, "conversation-row");
        rows.Select(row => row.GetAttribute("data-number")).ShouldBe(["1", "2"]);
        rows[0].TextContent.ShouldContain("Lucía Fernández");
        rows[0].TextContent.ShouldContain("waiting 12 min");
        rows[0].QuerySelector("[data-testid=unread]")!.TextContent.ShouldStartWith("3");
        rows[1].QuerySelector("[data-testid=unread]").ShouldBeNull();
        ById(page, "tab-mine").TextContent.ShouldContain("3");
        ById(page, "tab-all").TextContent.ShouldContain("99+");
    }

    [Fact]
    public void Row_should_link_to_its_conversation_and_keep_the_filter()
    {
        Data.Rows.Add(Some.Row(42));
        Services.GetRequiredService<NavigationManager>().NavigateTo("/t/acme/inbox?view=mine");

        var page = Open();

        ById(page, "conversation-row").GetAttribute("href").ShouldBe("/t/acme/inbox/42?view=mine");
    }

    [Fact]
    public void Customer_without_name_or_number_should_still_be_called_something()
    {
        Data.Rows.Add(Some.Row(1, name: ""));

        var page = Open();

        ById(page, "conversation-row").QuerySelector(".name")!.TextContent.ShouldBe("Customer");
    }

    [Theory]
    [InlineData("text", "This message was deleted.")]
    [InlineData(null, "No messages yet")]
    public void Row_without_words_should_say_why(string? type, string words)
    {
        Data.Rows.Add(Some.Row(1) with { LastMessagePreview = "", LastMessageType = type });

        var page = Open();

        ById(page, "conversation-row").QuerySelector(".preview")!.TextContent.ShouldContain(words);
    }

    [Fact]
    public void Empty_list_should_say_what_to_do()
    {
        var page = Open();

        ById(page, "list-empty").TextContent.ShouldContain("No open conversations");
    }

    [Fact]
    public void Hostile_name_and_preview_should_stay_text()
    {
        Data.Rows.Add(Some.Row(1, "<img src=x onerror=alert(1)>", "<script>alert(1)</script>"));

        var page = Open();

        page.FindAll("script").ShouldBeEmpty();
        page.FindAll("img").ShouldBeEmpty();
        ById(page, "conversation-row").TextContent.ShouldContain("<script>alert(1)</script>");
    }

    [Fact]
    public async Task Change_should_bring_the_new_row_and_keep_what_was_loaded()
    {
        Data.PageSize = 2;
        Data.Rows.AddRange([Some.Row(2), Some.Row(3), Some.Row(4), Some.Row(5)]);
        var pages = new ConversationPages(Data);
        await pages.LoadAsync(new(), CancellationToken.None);
        await pages.MoreAsync(CancellationToken.None);
        var fresh = Some.Row(1);
        Data.Rows.Add(fresh);

        pages.Take([fresh.Id], [fresh], pages.Filter);

        pages.Rows.Select(row => row.Number).ShouldBe([1, 2, 3, 4, 5]);
        pages.HasMore.ShouldBeFalse();
    }

    [Fact]
    public async Task Change_of_an_unknown_conversation_should_read_every_loaded_page()
    {
        Data.PageSize = 2;
        Data.Rows.AddRange([Some.Row(1), Some.Row(2), Some.Row(3), Some.Row(4)]);
        var pages = new ConversationPages(Data);
        await pages.LoadAsync(new(), CancellationToken.None);
        await pages.MoreAsync(CancellationToken.None);
        Data.Rows.RemoveAt(2);

        await pages.RefreshAsync(CancellationToken.None);

        pages.Rows.Select(row => row.Number).ShouldBe([1, 2, 4]);
    }

    [Fact]
    public async Task Page_should_stop_listening_when_it_is_left()
    {
        Open();
        Data.Listeners.ShouldBe(1);

        await DisposeComponentsAsync();

        Data.Listeners.ShouldBe(0);
    }

    [Fact]
    public async Task Hint_should_ask_again_for_what_is_shown()
    {
        var page = Open();
        Data.Rows.Add(Some.Row(9));

        await page.InvokeAsync(() => Data.ChangeAsync(InboxChange.Any()));

        ById(page, "conversation-row").GetAttribute("data-number").ShouldBe("9");
    }
}
