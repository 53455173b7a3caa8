using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Providers;

/// <summary>What happens to every request of the business, whichever provider it is for: noted, refused, or accepted.</summary>
internal sealed class Acceptance(
    SimulatorOptions options,
    SimulatorState state,
    StatusReports reports,
    IHostApplicationLifetime lifetime
)
{
    private static readonly TimeSpan OvertakingTakesAtMost = TimeSpan.FromSeconds(5);

    /// <summary>The request as it came, without its token.</summary>
    public static async Task<ReceivedMessage> ReceiveAsync(
        HttpContext http,
        string channel,
        string version,
        TimeProvider clock
    )
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        var body = buffer.ToArray();
        return Note(http, channel, version, clock, body);
    }

    public static ReceivedMessage Note(
        HttpContext http,
        string channel,
        string version,
        TimeProvider clock,
        byte[] body
    ) =>
        new()
        {
            At = clock.GetUtcNow(),
            Channel = channel,
            Version = version,
            Status = StatusCodes.Status200OK,
            Body = Encoding.UTF8.GetString(body),
            Json = JsonReading.TryParse(body),
            Headers = http
                .Request.Headers.Where(h =>
                    !h.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
                )
                .ToDictionary(
                    h => h.Key,
                    h => h.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                ),
        };

    public IResult Refuse(ReceivedMessage received, GraphError error)
    {
        state.Outbox.Add(received with { Status = error.Status, ErrorCode = error.CodeText });
        return GraphApi.Answer(error);
    }

    public async Task<IResult> RefuseAsync(
        ReceivedMessage received,
        GraphError error,
        ChannelFaults faults
    )
    {
        var refusal = Refuse(received, error);
        await LateAsync(faults);
        return refusal;
    }

    /// <summary>The message is in the customer's phone; what is told of it, and when, is the faults' choice.</summary>
    public async Task<IResult> AcceptAsync(
        SimulatedChannel channel,
        ChannelFaults faults,
        Customer customer,
        TranscriptMessage message,
        ReceivedMessage received,
        HttpContext http,
        JsonObject answer
    )
    {
        customer = state.Conversations.Append(channel.PhoneNumberId, customer, message);
        state.Outbox.Add(
            received with
            {
                Wamid = message.Wamid,
                Status = faults.DropConnection ? 0 : received.Status,
            }
        );

        Func<Task> afterwards = () => reports.ClimbAsync(channel, customer, message);
        if (faults.FailStatus is { } code)
        {
            var error = GraphError.ByCode(code);
            afterwards = () => reports.FailAsync(channel, customer, message, error);
        }
        else if (faults.StatusesBeforeAnswer)
        {
            await Task.WhenAny(
                reports.OvertakeAsync(channel, customer, message),
                Task.Delay(OvertakingTakesAtMost, options.Clock, lifetime.ApplicationStopping)
            );
            afterwards = () => reports.ReadWhenSeenAsync(channel, customer, message);
        }

        await LateAsync(faults);
        if (faults.DropConnection)
        {
            http.Abort();
            _ = afterwards();
            return Results.Empty;
        }

        http.Response.OnCompleted(() =>
        {
            _ = afterwards();
            return Task.CompletedTask;
        });
        return Results.Json(answer);
    }

    private Task LateAsync(ChannelFaults faults) =>
        Task.Delay(
            TimeSpan.FromMilliseconds(faults.DelayMs),
            options.Clock,
            lifetime.ApplicationStopping
        );
}
