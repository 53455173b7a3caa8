using System.Runtime.CompilerServices;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Page;

/// <summary>
/// A conversation as a stream: whole, anew after each change. While somebody listens the customer is looking, so
/// that what arrives is read.
/// </summary>
internal static class LiveConversation
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(40);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(
            "/simulator/channels/{id}/conversations/{from}/stream",
            (
                string id,
                string from,
                SimulatorState state,
                OpenPages pages,
                StatusReports reports,
                SimulatorOptions options,
                IHostApplicationLifetime lifetime,
                CancellationToken ct
            ) =>
            {
                return TypedResults.ServerSentEvents(
                    WatchAsync(lifetime.ApplicationStopping, ct),
                    eventType: "conversation"
                );

                async IAsyncEnumerable<Conversation> WatchAsync(
                    CancellationToken stopping,
                    [EnumeratorCancellation] CancellationToken gone
                )
                {
                    using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, stopping);
                    pages.Opened(id, from);
                    try
                    {
                        reports.PageOpened(id, from);
                        Conversation? shown = null;
                        while (!end.IsCancellationRequested)
                        {
                            var next = state.Changed.Next;
                            var now =
                                state.Conversations.Find(id, from)
                                ?? new Conversation(id, Customer.FromIdentity(from), []);
                            if (!IsSame(shown, now))
                            {
                                yield return shown = now;
                            }

                            await next.WaitAsync(end.Token)
                                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                            await Task.Delay(AtMostEvery, options.Clock, end.Token)
                                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                        }
                    }
                    finally
                    {
                        pages.Closed(id, from);
                    }
                }
            }
        );

    private static bool IsSame(Conversation? shown, Conversation now) =>
        shown is not null
        && shown.Customer == now.Customer
        && shown.Messages.SequenceEqual(now.Messages);
}
