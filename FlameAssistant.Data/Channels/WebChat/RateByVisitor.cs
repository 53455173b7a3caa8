using System.Security.Cryptography;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels.WebChat;

/// <summary>A visitor's answer to the question after resolving; each resolution is rated once.</summary>
public sealed record RateByVisitor(Guid ChannelId, Guid VisitorId, int Score, string? Comment)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (await VisitorQueries.ConversationOfAsync(unit, ChannelId, VisitorId, ct) is not { } id)
        {
            return VisitorErrors.NoConversation;
        }
        var resolved = await unit
            .Db.Conversations.Where(c =>
                c.Id == id && c.Status == ConversationStatuses.Resolved && c.ResolvedAt != null
            )
            .Select(c => c.ResolvedAt)
            .SingleOrDefaultAsync(ct);
        if (resolved is not { } at)
        {
            return VisitorErrors.NotRateable;
        }
        var rated = await new RateConversation(id, KeyOf(id, at), Score, Comment).RunAsync(
            unit,
            ct
        );
        return rated.Error == ConversationErrors.RatingGone ? VisitorErrors.NotRateable : rated;
    }

    /// <summary>The key of one resolution: the database takes one rating of it.</summary>
    internal static Guid KeyOf(Guid conversationId, DateTimeOffset resolvedAt)
    {
        Span<byte> of = stackalloc byte[24];
        conversationId.TryWriteBytes(of);
        // PostgreSQL keeps microseconds.
        BitConverter.TryWriteBytes(of[16..], resolvedAt.UtcTicks / TimeSpan.TicksPerMicrosecond);
        return new Guid(SHA256.HashData(of).AsSpan(0, 16));
    }
}
