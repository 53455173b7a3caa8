using Bunit;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Tests.Conversations;

public sealed class ThreadPaneTests : InboxContext
{
    [Fact]
    public void Unknown_message_should_be_checked_for_fifteen_minutes_and_then_doubted()
    {
        Data.Messages.Add(
            Some.Outbound(1, "Did it arrive?", MessageStatuses.Unknown) with
            {
                UnknownSince = Some.Noon.AddMinutes(-14),
            }
        );
        var page = Open(7);
        ById(page, "message-trouble").TextContent.ShouldContain("Checking");
        AllById(page, "send-again").ShouldBeEmpty();

        Time.Advance(TimeSpan.FromMinutes(2));

        page.WaitForAssertion(() =>
            ById(page, "message-trouble").TextContent.ShouldContain("Perhaps not sent")
        );
        AllById(page, "send-again").Count.ShouldBe(1);
    }

    [Fact]
    public void Unknown_message_without_callbacks_should_be_doubted_at_once()
    {
        Data.Messages.Add(Some.Outbound(1, "Did it arrive?", MessageStatuses.Unknown));

        var page = Open(7);

        ById(page, "message-trouble").TextContent.ShouldContain("Perhaps not sent");
    }

    [Fact]
    public void Message_that_waits_long_should_say_so()
    {
        Data.Messages.Add(
            Some.Outbound(1, "Just now", MessageStatuses.Pending) with
            {
                At = Some.Noon.AddSeconds(-5),
            }
        );
        var page = Open(7);
        AllById(page, "message-trouble").ShouldBeEmpty();

        Time.Advance(TimeSpan.FromSeconds(5));

        page.WaitForAssertion(() =>
            ById(page, "message-trouble").TextContent.ShouldContain("Waiting to be sent")
        );
        AllById(page, "send-again").ShouldBeEmpty();
    }

    [Fact]
    public void Failed_message_should_say_why()
    {
        Data.Messages.Add(
            Some.Outbound(1, "Hello", MessageStatuses.Failed) with
            {
                ErrorMessage = "Recipient is not on WhatsApp",
            }
        );

        var page = Open(7);

        ById(page, "message-trouble").TextContent.ShouldContain("Recipient is not on WhatsApp");
        AllById(page, "send-again").Count.ShouldBe(1);
    }

    [Fact]
    public void Hostile_text_should_stay_text()
    {
        Data.Messages.Add(
            Some.Inbound(
                1,
                "<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)"
            )
        );

        var page = Open(7);

        var message = ById(page, "message");
        message.QuerySelectorAll("script, img, a").ShouldBeEmpty();
        message.TextContent.ShouldContain("<script>alert(1)</script>");
    }

    [Fact]
    public void Ten_thousand_characters_should_be_folded_and_open_on_demand()
    {
        Data.Messages.Add(Some.Inbound(1, new string('x', 10_000)));
        var page = Open(7);
        ById(page, "message").TextContent.Length.ShouldBeLessThan(2_000);

        page.Find("[data-testid=message] button").Click();

        ById(page, "message").TextContent.Length.ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public void Addresses_should_become_safe_links()
    {
        Data.Messages.Add(Some.Inbound(1, "See https://example.com/a?b=1&c=2. Or ftp://x.y"));

        var page = Open(7);

        var link = page.Find("[data-testid=message] a");
        link.GetAttribute("href").ShouldBe("https://example.com/a?b=1&c=2");
        link.GetAttribute("rel").ShouldBe("noopener noreferrer");
        page.FindAll("[data-testid=message] a").Count.ShouldBe(1);
    }

    [Fact]
    public void Messages_should_tell_direction_and_status()
    {
        Data.Messages.Add(Some.Inbound(1, "in"));
        Data.Messages.Add(Some.Outbound(2, "out", MessageStatuses.Read));
        Data.Messages.Add(Some.Outbound(3, "note", MessageStatuses.Sent) with { IsPrivate = true });
        Data.Messages.Add(Some.Outbound(4, "Ana resolved", "sent") with { SenderType = "system" });

        var page = Open(7);

        AllById(page, "message")
            .Select(message => message.GetAttribute("data-direction"))
            .ShouldBe(["in", "out", "note", "system"]);
        AllById(page, "message")[1].GetAttribute("data-status").ShouldBe("read");
    }

    [Fact]
    public void Messages_of_a_group_should_name_each_who_wrote()
    {
        Data.Messages.AddRange([
            Some.Inbound(1, "Hello") with
            {
                Metadata = Author("Ana"),
            },
            Some.Inbound(2, "Are you open?") with
            {
                Metadata = Author("Ana"),
            },
            Some.Inbound(3, "<b>They are</b>") with
            {
                Metadata = Author("<i>Luis</i>"),
            },
        ]);

        var page = Open(7);

        page.FindAll(".speaker")
            .Select(who => who.TextContent.Trim())
            .ShouldBe(["Ana", "<i>Luis</i>"]);

        static string Author(string name) => $$$"""{"author":{"name":"{{{name}}}"}}""";
    }

    [Fact]
    public void Resolve_should_turn_into_reopen()
    {
        var page = Open(7);

        ById(page, "resolve").Click();

        ById(page, "thread-status").TextContent.ShouldBe("Resolved");
        ById(page, "resolve").TextContent.ShouldContain("Reopen");
    }

    [Fact]
    public void Assign_should_turn_into_unassign()
    {
        var page = Open(7);

        ById(page, "assign-me").Click();

        AllById(page, "unassign").Count.ShouldBe(1);
    }
}
