using System.Text.Json;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels.WebChat;

/// <summary>
/// Takes what a visitor wrote. The browser names each message, and sends it again until it has an answer: the same name is
/// the same message, and gets the same answer.
/// </summary>
/// <param name="ClientId">Chosen by the browser, unique for this visitor.</param>
/// <param name="Uploads">Files that this visitor uploaded before, in their order.</param>
/// <param name="ReopenWithin">As the connector's definition says: for ever.</param>
public sealed record ReceiveFromVisitor(
    Guid ChannelId,
    Guid VisitorId,
    string ClientId,
    string Text,
    IReadOnlyList<Guid> Uploads,
    TimeSpan ReopenWithin
) : ITenantOperation<VisitorSent>
{
    public async Task<Result<VisitorSent>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var text = StorableText.Clean(Text)!.Trim();
        if (Problem(text) is { } problem)
        {
            return problem;
        }
        if (await VisitorRow.FindAsync(unit, ChannelId, VisitorId, ct) is not { } visitor)
        {
            return VisitorErrors.Gone;
        }
        var externalId = ExternalId(VisitorId, ClientId);
        if (await FindAsync(unit, externalId, ct) is { } earlier)
        {
            return earlier;
        }
        var files = await unit
            .Db.Uploads.Where(u =>
                Uploads.Contains(u.Id) && u.UserId == VisitorId && u.ConversationId == null
            )
            .ToListAsync(ct);
        if (files.Count != Uploads.Distinct().Count())
        {
            // Perhaps they went with the copy of this message that was faster.
            return await FindAsync(unit, externalId, ct) is { } faster
                ? faster
                : VisitorErrors.Files;
        }
        var received = await new ReceiveMessage(
            ChannelId,
            ChannelTypes.WebChat,
            new InboundMessage(
                externalId,
                visitor.Identities(),
                visitor.Name ?? visitor.Nickname(unit.Tenant.Defaults.Language),
                unit.Now,
                files.Count > 0 ? Ordered(files)[0].Kind : "text",
                text,
                Metadata: Page(visitor)
            ),
            ReplyWindow: null,
            ReopenWithin
        ).RunAsync(unit, ct);
        if (!received.IsOk)
        {
            return received.Error;
        }
        if (received.Value.IsNew)
        {
            Attach(unit, received.Value.MessageId, Ordered(files));
            await unit.Db.SaveChangesAsync(ct);
            await VisitorContact.CompleteAsync(unit, ChannelId, visitor, ct);
            // Streams that were opened before the first message do not know its conversation.
            unit.Raise(LiveKinds.Visitor, VisitorId);
        }
        return (await FindAsync(unit, externalId, ct))!;
    }

    /// <summary>Unique in its channel by construction: a visitor cannot name another one's message.</summary>
    internal static string ExternalId(Guid visitorId, string clientId) =>
        $"{visitorId:N}:{clientId}";

    private Error? Problem(string text) =>
        ClientId.Length is 0 or > VisitorErrors.MaxClientId
        || !ClientId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? VisitorErrors.ClientId
        : text.Length > ConversationErrors.MaxTextLength ? VisitorErrors.TooLong
        : Uploads.Count > VisitorErrors.MaxFiles ? VisitorErrors.Files
        : text.Length == 0 && Uploads.Count == 0 ? VisitorErrors.Empty
        : null;

    private List<Upload> Ordered(List<Upload> files) =>
        [.. Uploads.Distinct().Select(id => files.Single(f => f.Id == id))];

    private static void Attach(TenantUnit unit, Guid messageId, List<Upload> files)
    {
        for (var i = 0; i < files.Count; i++)
        {
            var file = files[i];
            unit.Db.Attachments.Add(
                new MessageAttachment
                {
                    Id = file.Id,
                    MessageId = messageId,
                    Kind = file.Kind,
                    FileName = file.FileName,
                    ContentType = file.ContentType,
                    SizeBytes = file.SizeBytes,
                    StorageKey = file.ContentHash,
                    ThumbnailKey = file.ThumbnailHash,
                    Width = file.Width,
                    Height = file.Height,
                    State = AttachmentStates.Stored,
                    Position = i,
                }
            );
            unit.Db.Uploads.Remove(file);
        }
    }

    private static string Page(VisitorRow visitor) =>
        visitor.PageUrl is null
            ? "{}"
            : JsonSerializer.Serialize(
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["page_url"] = visitor.PageUrl,
                    ["page_title"] = visitor.PageTitle,
                }
            );

    private async Task<VisitorSent?> FindAsync(
        TenantUnit unit,
        string externalId,
        CancellationToken ct
    ) =>
        await unit
            .Db.Messages.Where(m => m.ChannelId == ChannelId && m.ExternalMessageId == externalId)
            .Select(m => new VisitorSent(m.Id, m.ConversationId, m.Seq, m.Rev, m.CreatedAt))
            .SingleOrDefaultAsync(ct);
}

/// <summary>Where a visitor's message is.</summary>
public sealed record VisitorSent(
    Guid Id,
    Guid ConversationId,
    long Seq,
    long Rev,
    DateTimeOffset CreatedAt
);
