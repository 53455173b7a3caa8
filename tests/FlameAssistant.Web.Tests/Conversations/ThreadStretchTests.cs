using FlameAssistant.Web.Features.Conversations;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>Readings of a thread that cross: what is newer stays on the screen.</summary>
public sealed class ThreadStretchTests
{
    private readonly FakeInboxData data = new();

    [Fact]
    public async Task Page_that_was_read_before_a_message_came_should_not_take_it_away()
    {
        data.Messages.Add(Some.Inbound(1, "Hello?"));
        var thread = new ThreadStretch(data, data.Details.Id);
        await thread.RefreshAsync(default);
        var arrival = new TaskCompletionSource();
        data.ThreadIsOnItsWay = () => arrival.Task;

        var refresh = thread.RefreshAsync(default);
        data.Messages.Add(Some.Inbound(2, "Anybody?"));
        thread.Take([data.Messages[1]], []).ShouldBeTrue();
        arrival.SetResult();
        await refresh;

        thread.Messages.Select(message => message.Seq).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Thread_that_changes_faster_than_it_is_read_should_be_read_three_times()
    {
        data.Messages.Add(Some.Inbound(1, "Hello?"));
        var thread = new ThreadStretch(data, data.Details.Id);
        await thread.RefreshAsync(default);
        var before = data.Threads;
        data.ThreadIsOnItsWay = () =>
        {
            thread.Take([data.Messages[0]], []).ShouldBeTrue();
            return Task.CompletedTask;
        };

        await thread.RefreshAsync(default);

        (data.Threads - before).ShouldBe(3);
        thread.Messages.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Page_that_was_asked_for_first_should_not_replace_a_later_one()
    {
        data.Messages.Add(Some.Inbound(1, "Hello?"));
        var thread = new ThreadStretch(data, data.Details.Id);
        var arrival = new TaskCompletionSource();
        data.ThreadIsOnItsWay = () => arrival.Task;
        var older = thread.RefreshAsync(default);
        data.ThreadIsOnItsWay = () => Task.CompletedTask;
        data.Messages.Add(Some.Inbound(2, "Anybody?"));
        await thread.RefreshAsync(default);

        arrival.SetResult();
        await older;

        thread.Messages.Select(message => message.Seq).ShouldBe([1, 2]);
    }
}
