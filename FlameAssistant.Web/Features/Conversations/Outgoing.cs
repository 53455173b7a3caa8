using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

/// <param name="Key">Of this text: sending the same text again after an error sends it once.</param>
public sealed record OutgoingText(string Text, bool IsPrivate, string Key)
{
    public ThreadQuote? Quoted { get; init; }
    public IReadOnlyList<Guid> Mentions { get; init; } = [];
    public IReadOnlyList<UploadRow> Files { get; init; } = [];
    public Guid? TemplateId { get; init; }

    /// <summary>What the customer chooses from, or a place.</summary>
    public MessageRich? Rich { get; init; }

    /// <summary>An approved template; the text is then what it will say.</summary>
    public ChosenTemplate? Approved { get; init; }

    /// <summary>The same words and files: sending it again is sending the same.</summary>
    public bool IsSameAs(string text, bool isPrivate, IReadOnlyList<UploadRow> files) =>
        string.Equals(Text, text, StringComparison.Ordinal)
        && IsPrivate == isPrivate
        && Files.Select(file => file.Id).SequenceEqual(files.Select(file => file.Id));
}

/// <summary>A message on the screen that is on its way to the database.</summary>
/// <param name="After">The newest message when it was written.</param>
public sealed record Outgoing(OutgoingText Text, Guid MeId, DateTimeOffset At, long After)
{
    /// <summary>The row's id, once it has one.</summary>
    public Guid? Id { get; set; }

    public ThreadMessage AsMessage { get; } =
        new(
            Guid.NewGuid(),
            long.MaxValue,
            "user",
            MeId,
            SenderName: null,
            IsFromMe: true,
            Text.IsPrivate,
            "text",
            Text.Text,
            MessageStatuses.Pending,
            ErrorMessage: null,
            At,
            UnknownSince: null,
            EditedAt: null,
            DeletedAt: null,
            Text.Quoted
        )
        {
            Mentions = Text.Mentions,
            Files =
            [
                .. Text.Files.Select(file => new ThreadFile(
                    file.Id,
                    file.Kind,
                    file.FileName,
                    file.ContentType,
                    file.SizeBytes,
                    Width: null,
                    Height: null,
                    file.HasThumbnail,
                    AttachmentStates.Stored,
                    ErrorMessage: null
                )),
            ],
        };
}
