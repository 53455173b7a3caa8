using System.Text.Json.Nodes;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Gateways;

/// <summary>A message that the business sends by a gateway: noted, put into the customer's phone, echoed, answered.</summary>
internal sealed class GatewaySending(
    SimulatorOptions options,
    SimulatorState state,
    Acceptance acceptance,
    ProviderList providers,
    WebhookLanes lanes
)
{
    public async Task<IResult> SendAsync(
        SimulatedChannel channel,
        ChannelFaults faults,
        string number,
        string text,
        GivenFile? given,
        string? replyTo,
        ReceivedMessage received,
        HttpContext http,
        Func<TranscriptMessage, JsonObject> answer
    )
    {
        var customer = new Customer { Phone = number };
        var file = given is null
            ? null
            : state.Media.Keep(
                channel.PhoneNumberId,
                UploadForm.TypeOf(given.ContentType),
                given.Name,
                given.Content
            );
        var gateway = (IGatewayProvider)providers.Of(channel);
        var message = new TranscriptMessage
        {
            Wamid = gateway.NewId(customer, MessageDirection.Out),
            Direction = MessageDirection.Out,
            Type = file?.Kind ?? "text",
            Text = text,
            File = file is null ? null : TranscriptFile.Of(file, file.FileName),
            At = options.Clock.GetUtcNow(),
            ReplyTo = replyTo,
        };
        _ = lanes.Enqueue(
            channel.PhoneNumberId,
            customer,
            gateway.Echo(channel, customer, message, isTyped: false, file)
        );
        return await acceptance.AcceptAsync(
            channel,
            faults,
            customer,
            message,
            received,
            http,
            answer(message)
        );
    }

    /// <returns>The bytes, given along or fetched; null where neither is there.</returns>
    public static async Task<GivenFile?> FileAsync(
        string? url,
        string? base64,
        string? name,
        string? contentType,
        CancellationToken ct
    )
    {
        try
        {
            var content =
                base64 is { Length: > 0 } ? Convert.FromBase64String(base64)
                : url is { Length: > 0 } ? await FetchAsync(url, ct)
                : null;
            return content is null
                ? null
                : new GivenFile(contentType ?? "application/octet-stream", name ?? "file", content);
        }
        catch (Exception e)
            when (e is FormatException or HttpRequestException or UriFormatException)
        {
            return null;
        }
    }

    private static async Task<byte[]> FetchAsync(string url, CancellationToken ct)
    {
        using var http = new HttpClient();
        return await http.GetByteArrayAsync(new Uri(url), ct);
    }
}

internal sealed record GivenFile(string ContentType, string Name, byte[] Content);
