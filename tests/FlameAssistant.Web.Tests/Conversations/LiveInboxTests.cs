using FlameAssistant.Data.Live;
using FlameAssistant.Web.Features.Conversations;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>What an open inbox is told of changes, by the clock that it runs by.</summary>
public sealed class LiveInboxTests
{
    // Below the thirty seconds after which everything is asked for in any case.
    private static readonly TimeSpan soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Change_that_could_not_be_followed_should_be_made_up_for_by_asking_for_everything()
    {
        var tenant = Guid.CreateVersion7();
        var conversation = Guid.CreateVersion7();
        var live = new LiveHub(NullLogger<LiveHub>.Instance);
        var told = System.Threading.Channels.Channel.CreateUnbounded<InboxChange>();
        var isDown = true;
        using var inbox = LiveInbox.Start(
            tenant,
            me: Guid.CreateVersion7(),
            live,
            TimeProvider.System,
            change =>
            {
                told.Writer.TryWrite(change);
                if (!isDown)
                {
                    return Task.CompletedTask;
                }
                isDown = false;
                throw new InvalidOperationException("The database is away.");
            },
            onTyping: (_, _) => { }
        );

        live.Publish([new LiveEvent(tenant, LiveKinds.Conversation, conversation, 0)]);

        (await NextAsync()).IsAny.ShouldBeFalse();
        (await NextAsync()).IsAny.ShouldBeTrue();

        live.Publish([new LiveEvent(tenant, LiveKinds.Conversation, conversation, 0)]);
        (await NextAsync()).Conversations.ShouldBe([conversation]);

        Task<InboxChange> NextAsync() => told.Reader.ReadAsync().AsTask().WaitAsync(soon);
    }
}
