using Bunit;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Tests.Conversations;

public sealed class ComposerTests : InboxContext
{
    private static Task<Result<Guid>> Refused(string code) =>
        Task.FromResult<Result<Guid>>(Error.Invalid(code, $"English for {code}."));

    [Fact]
    public void Send_should_show_the_message_before_the_answer()
    {
        var answer = new TaskCompletionSource<Result<Guid>>();
        Data.OnSend = _ => answer.Task;
        var page = Open(7);

        Type(page, "Hello");
        Send(page);

        ById(page, "message").GetAttribute("data-status").ShouldBe("pending");
        ById(page, "message").TextContent.ShouldContain("Hello");
        ById(page, "composer").GetAttribute("value").ShouldBeNullOrEmpty();
        answer.SetResult(Guid.CreateVersion7());
    }

    [Fact]
    public void Failed_send_should_keep_the_text_and_say_why_in_the_readers_language()
    {
        Speak("es");
        Data.OnSend = _ => Refused("message.window_closed");
        var page = Open(7);

        Type(page, "Hola, ¿sigue ahí?");
        Send(page);

        ById(page, "composer").GetAttribute("value").ShouldBe("Hola, ¿sigue ahí?");
        ById(page, "composer-error").TextContent.ShouldContain("La ventana de 24 horas terminó");
        AllById(page, "message").ShouldBeEmpty();
    }

    [Fact]
    public void Error_without_translation_should_show_its_message()
    {
        Data.OnSend = _ => Refused("something_new");
        var page = Open(7);

        Type(page, "Hello");
        Send(page);

        ById(page, "composer-error").TextContent.ShouldContain("English for something_new.");
    }

    [Fact]
    public void World_that_is_down_should_cost_no_text()
    {
        Data.OnSend = _ => throw new TimeoutException("no database");
        var page = Open(7);

        Type(page, "Hello");
        Send(page);

        ById(page, "composer").GetAttribute("value").ShouldBe("Hello");
        ById(page, "composer-error").TextContent.ShouldNotContain("no database");
    }

    [Fact]
    public void Same_text_after_an_error_should_go_with_the_same_key()
    {
        Data.OnSend = _ => Refused("unavailable");
        var page = Open(7);
        Type(page, "Hello");
        Send(page);

        Send(page);
        Type(page, "Hello again");
        Send(page);

        Data.Sent.Count.ShouldBe(3);
        Data.Sent[1].Key.ShouldBe(Data.Sent[0].Key);
        Data.Sent[2].Key.ShouldNotBe(Data.Sent[0].Key);
    }

    [Fact]
    public void Closed_window_should_disable_the_composer_but_not_notes()
    {
        Data.Details = Some.Details(Some.Noon.AddHours(-1));
        var page = Open(7);

        ById(page, "composer").HasAttribute("disabled").ShouldBeTrue();
        ById(page, "composer-closed").TextContent.ShouldContain("approved template");

        ById(page, "mode-note").Click();

        ById(page, "composer").HasAttribute("disabled").ShouldBeFalse();
        Type(page, "Call her");
        Send(page);
        Data.Sent.ShouldHaveSingleItem().IsPrivate.ShouldBeTrue();
    }

    [Fact]
    public void Window_should_close_under_the_readers_eyes()
    {
        Data.Details = Some.Details(Some.Noon.AddHours(1));
        var page = Open(7);
        ById(page, "window-soon").TextContent.ShouldContain("1 h");

        Time.Advance(TimeSpan.FromMinutes(61));

        page.WaitForAssertion(() => ById(page, "composer").HasAttribute("disabled").ShouldBeTrue());
    }

    [Fact]
    public void Too_long_text_should_not_be_sendable()
    {
        var page = Open(7);

        Type(page, new string('a', 4100));

        ById(page, "composer-send").HasAttribute("disabled").ShouldBeTrue();
        ById(page, "composer-count").TextContent.ShouldContain("4 characters too many");
    }

    [Fact]
    public void Draft_should_be_found_again()
    {
        Data.Drafts[Data.Details.Id] = "half a sent";

        var page = Open(7);

        ById(page, "composer").GetAttribute("value").ShouldBe("half a sent");
    }

    [Fact]
    public async Task Draft_should_be_saved_when_the_page_is_left()
    {
        var page = Open(7);
        Type(page, "half a sent");

        await DisposeComponentsAsync();

        Data.Drafts[Data.Details.Id].ShouldBe("half a sent");
    }

    [Fact]
    public void Who_may_not_reply_should_see_no_field()
    {
        Data.CanReply = false;

        var page = Open(7);

        AllById(page, "composer").ShouldBeEmpty();
        ById(page, "composer-closed").TextContent.ShouldContain("read this conversation");
    }
}
