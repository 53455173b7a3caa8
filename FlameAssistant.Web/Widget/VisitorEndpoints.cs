using System.Globalization;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Channels.WebChat;

namespace FlameAssistant.Web.Widget;

/// <summary>What a visitor says and asks for.</summary>
internal static class VisitorEndpoints
{
    private const int MostAttempts = 3;

    public static async Task<IResult> SendAsync(
        HttpContext context,
        VisitorDoor door,
        WidgetLimits limits,
        TenantUnits units,
        ChannelTraffic traffic
    )
    {
        var (visit, refusal) = await door.EnterAsync(context, v => limits.Message(context, v));
        if (visit is null)
        {
            return refusal!;
        }
        if (await WidgetAnswers.ReadAsync<SendRequest>(context) is not { } asked)
        {
            return WidgetAnswers.Problem(WidgetAnswers.BadBody);
        }
        var operation = new ReceiveFromVisitor(
            visit.Channel.Id,
            visit.Visitor.VisitorId,
            asked.ClientId ?? "",
            asked.Text ?? "",
            asked.Attachments ?? [],
            WebChatFields.ReopenWithin
        );
        // Once it is taken it is taken, whether or not somebody still waits for the answer.
        var sent = await units.RunAsync(
            visit.Tenant,
            Actor.System,
            operation,
            CancellationToken.None
        );
        for (var i = 1; i < MostAttempts && sent.Error?.Code == "message.duplicate"; i++)
        {
            sent = await units.RunAsync(
                visit.Tenant,
                Actor.System,
                operation,
                CancellationToken.None
            );
        }
        if (sent.IsOk)
        {
            await traffic.NoteAsync(visit.Tenant, visit.Channel.Id, CancellationToken.None);
        }
        return sent.IsOk
            ? WidgetJson.Ok(
                new SendAnswer(
                    sent.Value.Id,
                    sent.Value.Seq,
                    sent.Value.Rev,
                    sent.Value.ConversationId,
                    operation.ClientId,
                    sent.Value.CreatedAt,
                    "accepted"
                )
            )
            : WidgetAnswers.Problem(sent.Error);
    }

    /// <summary>Changes after a rev, or the newest messages, or those before a place.</summary>
    public static async Task<IResult> ListAsync(
        HttpContext context,
        VisitorDoor door,
        WidgetLimits limits,
        TenantUnits units,
        TimeProvider clock
    )
    {
        var (visit, refusal) = await door.EnterAsync(context, limits.Call);
        if (visit is null)
        {
            return refusal!;
        }
        var after = Number(context, "after");
        var before = Number(context, "before");
        var (isThere, thread) = await units.ReadAsync(
            visit.Tenant,
            Actor.System,
            async (unit, ct) =>
                (
                    await unit.IsVisitorAsync(visit.Channel.Id, visit.Visitor.VisitorId, ct),
                    after is { } from
                        ? await unit.VisitorChangesAsync(
                            visit.Channel.Id,
                            visit.Visitor.VisitorId,
                            from,
                            ct
                        )
                        : await unit.VisitorPageAsync(
                            visit.Channel.Id,
                            visit.Visitor.VisitorId,
                            before,
                            ct
                        )
                ),
            context.RequestAborted
        );
        if (!isThere)
        {
            return WidgetAnswers.Problem(VisitorErrors.Gone);
        }
        return WidgetJson.Ok(
            new PageAnswer(
                StateOf(visit.Channel, thread, clock.GetUtcNow()),
                thread?.Rev ?? 0,
                thread?.HasMore ?? false,
                thread?.IsGap ?? false,
                thread is null
                    ? []
                    : [.. thread.Messages.Select(m => MessageJson.Of(thread.ConversationId, m))]
            )
        );
    }

    public static async Task<IResult> TypingAsync(
        HttpContext context,
        VisitorDoor door,
        WidgetLimits limits,
        TenantUnits units,
        LiveHub live
    )
    {
        var (visit, refusal) = await door.EnterAsync(context, limits.Call);
        if (visit is null)
        {
            return refusal!;
        }
        if (await WidgetAnswers.ReadAsync<TypingRequest>(context) is not { } asked)
        {
            return WidgetAnswers.Problem(WidgetAnswers.BadBody);
        }
        // Before the first message there is no conversation in which somebody could see it.
        if (
            asked.On
            && await units.ReadAsync(
                visit.Tenant,
                Actor.System,
                (unit, ct) => unit.VisitorPlaceAsync(visit.Channel.Id, visit.Visitor.VisitorId, ct),
                context.RequestAborted
            )
                is { } place
        )
        {
            live.Publish([
                PersonalHint.Types(visit.Tenant.Id, place.ConversationId, place.ContactId),
            ]);
        }
        return TypedResults.NoContent();
    }

    public static async Task<IResult> ReadAsync(
        HttpContext context,
        VisitorDoor door,
        WidgetLimits limits,
        TenantUnits units
    )
    {
        var (visit, refusal) = await door.EnterAsync(context, limits.Call);
        if (visit is null)
        {
            return refusal!;
        }
        return
            await WidgetAnswers.ReadAsync<ReadRequest>(context)
                is not { State: null or "read" or "delivered" } asked
            ? WidgetAnswers.Problem(WidgetAnswers.BadBody)
            : Done(
                await units.RunAsync(
                    visit.Tenant,
                    VisitorDoor.ActorOf(context),
                    new ReadByVisitor(
                        visit.Channel.Id,
                        visit.Visitor.VisitorId,
                        asked.Seq,
                        asked.State != "delivered"
                    ),
                    context.RequestAborted
                )
            );
    }

    public static async Task<IResult> RateAsync(
        HttpContext context,
        VisitorDoor door,
        WidgetLimits limits,
        TenantUnits units
    )
    {
        var (visit, refusal) = await door.EnterAsync(context, limits.Call);
        if (visit is null)
        {
            return refusal!;
        }
        return await WidgetAnswers.ReadAsync<RatingRequest>(context) is not { } asked
            ? WidgetAnswers.Problem(WidgetAnswers.BadBody)
            : Done(
                await units.RunAsync(
                    visit.Tenant,
                    VisitorDoor.ActorOf(context),
                    new RateByVisitor(
                        visit.Channel.Id,
                        visit.Visitor.VisitorId,
                        asked.Score,
                        asked.Comment
                    ),
                    CancellationToken.None
                )
            );
    }

    public static StateJson StateOf(
        WidgetChannel channel,
        VisitorThread? thread,
        DateTimeOffset now
    ) =>
        new(
            thread?.ConversationId,
            thread is null ? null : StatusOf(thread.Status),
            channel.Settings.AsksRating && thread is { CanRate: true },
            thread?.ReadSeq ?? 0,
            thread?.Agent is { } agent ? AuthorJson.Of(agent) : null,
            WidgetHours.Of(channel.Hours, now)
        );

    /// <summary>What we do with a conversation until it is resolved is our own.</summary>
    public static string StatusOf(string status) =>
        status == ConversationStatuses.Resolved
            ? ConversationStatuses.Resolved
            : ConversationStatuses.Open;

    public static long? Number(HttpContext context, string name) =>
        long.TryParse(
            context.Request.Query[name].ToString(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;

    private static IResult Done(Result<bool> result) =>
        result.IsOk ? TypedResults.NoContent() : WidgetAnswers.Problem(result.Error);
}
