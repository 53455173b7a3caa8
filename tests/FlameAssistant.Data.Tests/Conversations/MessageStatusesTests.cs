using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Data.Tests.Conversations;

public sealed class MessageStatusesTests
{
    private static readonly string[] all =
    [
        "received",
        "pending",
        "sending",
        "accepted",
        "sent",
        "delivered",
        "read",
        "failed",
        "unknown",
    ];

    [Theory]
    [InlineData("received", "")]
    [InlineData("failed", "")]
    [InlineData("pending", "sending accepted sent delivered read failed")]
    [InlineData("sending", "accepted sent delivered read failed unknown")]
    [InlineData("accepted", "sent delivered read failed")]
    [InlineData("sent", "delivered read failed")]
    [InlineData("delivered", "read")]
    [InlineData("read", "")]
    [InlineData("unknown", "accepted sent delivered read failed")]
    public void CanMove_should_allow_exactly_these(string from, string allowed) =>
        all.Where(to => MessageStatuses.CanMove(from, to))
            .ShouldBe(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
