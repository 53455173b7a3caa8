using FlameAssistant.Data.Conversations;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>One message: whose it is, what it says, and how far it got.</summary>
public sealed partial class MessageBubble : IDisposable
{
    private Given given;
    private bool isChanged;
    private bool isSendingAgain;
    private ThreadMessage? shown;
    private SharedPlace? place;
    private IReadOnlyList<SharedContact> cards = [];
    private MessageChoices? choices;
    private string? author;
    private bool isReacting;
    private ITimer? turn;

    [Parameter, EditorRequired]
    public required ThreadMessage Message { get; set; }

    /// <summary>The message before is of the same person and moment: the name is not said twice.</summary>
    [Parameter]
    public bool IsFollowing { get; set; }

    [Parameter]
    public Guid MeId { get; set; }

    [Parameter]
    public bool CanReply { get; set; }

    /// <summary>Whether a reaction can be sent on this channel now.</summary>
    [Parameter]
    public bool CanReact { get; set; }

    /// <summary>The message and the emoji; an empty one takes the reaction back.</summary>
    [Parameter]
    public EventCallback<(Guid MessageId, string Emoji)> OnReact { get; set; }

    /// <summary>A search led here.</summary>
    [Parameter]
    public bool IsFound { get; set; }

    [Parameter]
    public EventCallback<Guid> OnSendAgain { get; set; }

    [Parameter]
    public EventCallback<ThreadMessage> OnQuote { get; set; }

    [CascadingParameter]
    public InboxScope Scope { get; set; } = InboxScope.None;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private IReadOnlyList<string> MentionNames =>
        Message.Mentions.Count == 0
            ? []
            :
            [
                .. Message
                    .Mentions.Select(id => Scope.Words.Person(id)?.Name)
                    .OfType<string>()
                    .OrderByDescending(name => name.Length),
            ];

    private string Direction => DirectionOf(Message);

    private MessageState? State =>
        Direction == "out" && Message.DeletedAt is null ? MessageState.Of(Message, Time.Now) : null;

    private string StateText =>
        State switch
        {
            { Tone: "bad" } when Message.ErrorMessage is { Length: > 0 } reason => L[
                "Message.failedBecause",
                L.Known($"Error.{Message.ErrorCode}", reason)
            ],
            { } state => L[state.Text],
            null => "",
        };

    private string Speaker =>
        Message switch
        {
            { IsFromMe: false, IsPrivate: false } => author ?? Message.SenderName ?? L["Customer"],
            { SenderId: { } id } when id == MeId => L["You"],
            { SenderName: { Length: > 0 } name } => name,
            { SenderType: "assistant" or "ai" or "bot" } => L["Assistant"],
            _ => L["Colleague"],
        };

    public static string DirectionOf(ThreadMessage message) =>
        message switch
        {
            { SenderType: "system" } or { MessageType: "system" } => "system",
            { IsPrivate: true } => "note",
            { IsFromMe: true } => "out",
            _ => "in",
        };

    public void Dispose() => turn?.Dispose();

    protected override void OnParametersSet()
    {
        isChanged = given.Differs(Message, IsFollowing, MeId, CanReply, CanReact, IsFound, Scope);
        if (!ReferenceEquals(shown, Message))
        {
            shown = Message;
            place = MessageExtras.PlaceOf(Message);
            cards = MessageExtras.ContactsOf(Message);
            choices = MessageChoices.Of(Message);
            author = MessageExtras.AuthorOf(Message);
            AwaitTurn();
        }
    }

    private void AwaitTurn()
    {
        turn?.Dispose();
        turn =
            State is not null
            && MessageState.ChangesAt(Message) - Clock.GetUtcNow() is { } left
            && left > TimeSpan.Zero
                ? Clock.CreateTimer(
                    _ => _ = InvokeAsync(Turn),
                    state: null,
                    left,
                    Timeout.InfiniteTimeSpan
                )
                : null;
    }

    private void Turn()
    {
        isChanged = true;
        StateHasChanged();
    }

    protected override bool ShouldRender() => isChanged;

    private static IReadOnlyList<string> Quick { get; } = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

    private string? MyReaction =>
        Message.Reactions.FirstOrDefault(r => r.SenderType == SenderTypes.User)?.Emoji;

    private void ToggleReacting() => (isReacting, isChanged) = (!isReacting, true);

    /// <summary>The same again takes it back.</summary>
    private async Task ReactAsync(string emoji)
    {
        (isReacting, isChanged) = (false, true);
        await OnReact.InvokeAsync((Message.Id, emoji == MyReaction ? "" : emoji));
    }

    private string QuotedName(ThreadQuote quote) =>
        quote switch
        {
            { SenderName: { Length: > 0 } name } => name,
            { SenderType: "contact" } => L["Customer"],
            _ => L["OurSide"],
        };

    private async Task SendAgainAsync()
    {
        (isSendingAgain, isChanged) = (true, true);
        await OnSendAgain.InvokeAsync(Message.Id);
        (isSendingAgain, isChanged) = (false, true);
    }
}
