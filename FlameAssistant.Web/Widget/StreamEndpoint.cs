using System.Text.Json;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Tenancy;
using Microsoft.AspNetCore.Http.Features;

namespace FlameAssistant.Web.Widget;

/// <summary>
/// Server-sent events for a visitor's page: whatever changed in their conversation after a rev, where it stands, and that
/// somebody types. A live event is a hint to ask again; between hints the stream costs a little memory and nothing else.
/// </summary>
internal static class StreamEndpoint
{
    private static readonly TimeSpan keepAlive = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(100);

    public static async Task<IResult> StreamAsync(
        HttpContext context,
        VisitorTokens tokens,
        VisitorDoor door,
        VisitorStreams streams,
        WidgetLimits limits,
        TenantUnits units,
        TimeProvider clock,
        IHostApplicationLifetime lifetime,
        string? ticket
    )
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await tokens.TakeTicketAsync(ticket ?? "", context.RequestAborted) is not { } visitor)
        {
            return limits.Guess(context) is { } wait
                ? WidgetAnswers.Slow(context, wait)
                : WidgetAnswers.Problem(WidgetAnswers.BadTicket);
        }
        if (await door.OfAsync(visitor, context.RequestAborted) is null)
        {
            return WidgetAnswers.Problem(WidgetAnswers.UnknownKey);
        }
        using var place = limits.Stream(context, visitor);
        if (place is null)
        {
            return WidgetAnswers.Problem(WidgetAnswers.TooManyStreams);
        }
        var stream = new VisitorStream(visitor, VisitorEndpoints.Number(context, "after") ?? 0);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            lifetime.ApplicationStopping
        );
        // It hears from here on: what is asked for afterwards cannot miss a change.
        using var open = streams.Add(stream);
        await using var beat = clock.CreateTimer(
            state => ((VisitorStream)state!).Wake(Wake.Beat),
            stream,
            keepAlive,
            keepAlive
        );
        var run = new Run(context.Response, stream, streams, door, tokens, units, clock, beat);
        try
        {
            await run.RunAsync(ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The page is gone, or the node goes: the page asks for another one.
        }
        catch (IOException)
        {
            // The page went while it was told something.
        }
        return TypedResults.Empty;
    }

    private sealed class Run(
        HttpResponse response,
        VisitorStream stream,
        VisitorStreams streams,
        VisitorDoor door,
        VisitorTokens tokens,
        TenantUnits units,
        TimeProvider clock,
        ITimer beat
    )
    {
        public async Task RunAsync(CancellationToken ct)
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            // A proxy that gathers would gather for ever.
            response.Headers["X-Accel-Buffering"] = "no";
            response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await response.WriteAsync("retry: 3000\n\n", ct);
            await response.Body.FlushAsync(ct);
            stream.Wake(Wake.Look);
            while (true)
            {
                var woken = await stream.NextAsync(ct);
                if (
                    await door.OfAsync(stream.Visitor, ct) is not { } visit
                    || (woken.HasFlag(Wake.Check) && !await IsLivingAsync(ct))
                )
                {
                    await TellAsync("event: ended\ndata: {}\n\n", ct);
                    return;
                }
                var told = woken.HasFlag(Wake.Look) ? await LookAsync(visit, ct) : "";
                if (woken.HasFlag(Wake.Typing))
                {
                    told += "event: typing\ndata: {\"on\":true}\n\n";
                }
                if (woken.HasFlag(Wake.Beat))
                {
                    // The hours pass without an event.
                    told += Hours(visit);
                    told = told.Length == 0 ? ": keep-alive\n\n" : told;
                }
                if (told.Length > 0)
                {
                    await TellAsync(told, ct);
                }
                if (woken.HasFlag(Wake.Look))
                {
                    // Of a flood the first at once, the rest together.
                    await Task.Delay(pause, clock, ct);
                }
            }
        }

        private async Task TellAsync(string text, CancellationToken ct)
        {
            await response.WriteAsync(text, ct);
            await response.Body.FlushAsync(ct);
            beat.Change(keepAlive, keepAlive);
        }

        private async Task<bool> IsLivingAsync(CancellationToken ct) =>
            (await tokens.LivingAsync([stream.Visitor.TokenHash], ct)).Count > 0;

        private async Task<string> LookAsync(Visit visit, CancellationToken ct)
        {
            VisitorThread? thread;
            await streams.Looks.WaitAsync(ct);
            try
            {
                thread = await units.ReadAsync(
                    visit.Tenant,
                    Actor.System,
                    (unit, token) =>
                        unit.VisitorChangesAsync(
                            visit.Channel.Id,
                            stream.Visitor.VisitorId,
                            stream.Rev,
                            token
                        ),
                    ct
                );
            }
            finally
            {
                streams.Looks.Release();
            }
            var text = "";
            if (thread is not null)
            {
                var isOther =
                    stream.ConversationId is { } before && before != thread.ConversationId;
                streams.Follow(stream, thread.ConversationId);
                stream.ContactId = thread.ContactId;
                if (thread.IsGap || isOther)
                {
                    text = $"event: reset\ndata: {{\"rev\":{thread.Rev}}}\n\n";
                    stream.Rev = thread.Rev;
                }
                else
                {
                    text = string.Concat(
                        thread.Messages.Select(m => Event(thread.ConversationId, m))
                    );
                    stream.Rev = thread.Messages.Aggregate(
                        thread.Rev,
                        (rev, m) => Math.Max(rev, m.Rev)
                    );
                }
            }
            return text + State(VisitorEndpoints.StateOf(visit.Channel, thread, clock.GetUtcNow()));
        }

        private string Hours(Visit visit) =>
            stream.State is { } last
                ? State(
                    last with
                    {
                        WorkingHours = WidgetHours.Of(visit.Channel.Hours, clock.GetUtcNow()),
                    }
                )
                : "";

        private string State(StateJson state)
        {
            if (state == stream.State)
            {
                return "";
            }
            stream.State = state;
            return $"event: conversation\ndata: {JsonSerializer.Serialize(state, WidgetJson.Options)}\n\n";
        }

        private static string Event(Guid conversationId, VisitorMessage message)
        {
            var kind =
                message.IsDeleted ? "deleted"
                : message.IsEdited ? "updated"
                : "created";
            var data = JsonSerializer.Serialize(
                MessageJson.Of(conversationId, message),
                WidgetJson.Options
            );
            return string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"id: {message.Rev}\nevent: message.{kind}\ndata: {data}\n\n"
            );
        }
    }
}
