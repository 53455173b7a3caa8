using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Messenger;

/// <summary>The Send API of Messenger and Instagram: the token says which account.</summary>
internal sealed class MessengerApi(
    SimulatorOptions options,
    SimulatorState state,
    Acceptance acceptance,
    ProviderList providers
) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    private readonly HttpClient _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }
    )
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    public static void Map(IEndpointRouteBuilder app)
    {
        var me = app.MapGroup("/{version:regex(^v\\d+\\.\\d+$)}/me");
        me.MapPost(
            "/messages",
            (string version, HttpContext http, MessengerApi api) => api.SendAsync(version, http)
        );
        me.MapPost("/subscribed_apps", (HttpContext http, MessengerApi api) => api.Subscribe(http));
        me.MapGet("", (string? fields, HttpContext http, MessengerApi api) => api.Me(fields, http));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The account that a token is of.</summary>
    public IResult Me(string? fields, HttpContext http)
    {
        if (Channel(http) is not { } channel)
        {
            return GraphApi.Answer(GraphError.WrongToken());
        }

        if (
            http.Request.Query["appsecret_proof"].ToString() is { Length: > 0 } proof
            && !IsProven(channel, proof)
        )
        {
            return GraphApi.Answer(
                GraphError.Parameter("Invalid appsecret_proof provided in the API argument")
            );
        }

        return Results.Json(
            Fields(
                fields,
                ("name", channel.Name),
                ("username", channel.Name),
                ("user_id", channel.PhoneNumberId),
                ("id", channel.PhoneNumberId)
            )
        );
    }

    private static bool IsProven(SimulatedChannel channel, string proof) =>
        proof
        == Convert.ToHexStringLower(
            HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(channel.AppSecret),
                Encoding.UTF8.GetBytes(channel.AccessToken)
            )
        );

    private IResult Subscribe(HttpContext http) =>
        Channel(http) is not null
            ? Results.Json(new { success = true })
            : GraphApi.Answer(GraphError.WrongToken());

    /// <summary>A page, an account, or a person who wrote to it; null for what is none of these.</summary>
    public IResult? Describe(string id, string? fields, HttpContext http)
    {
        if (Channel(http) is not { } channel)
        {
            return state.Channels.Find(id) is { Type: not ChannelKinds.WhatsApp }
                ? GraphApi.Answer(GraphError.WrongToken())
                : null;
        }

        if (channel.PhoneNumberId == id)
        {
            return Me(fields, http);
        }

        if (state.Conversations.Find(channel.PhoneNumberId, id) is not { Customer: var customer })
        {
            return null;
        }

        var name = customer.Name ?? customer.From;
        var cut = name.IndexOf(' ', StringComparison.Ordinal);
        return Results.Json(
            Fields(
                fields,
                ("name", name),
                ("first_name", cut < 0 ? name : name[..cut]),
                ("last_name", cut < 0 ? null : name[(cut + 1)..]),
                ("username", customer.Username),
                ("id", id)
            )
        );
    }

    public async Task<IResult> SendAsync(string version, HttpContext http)
    {
        var channel = Channel(http);
        var received = await Acceptance.ReceiveAsync(
            http,
            channel?.PhoneNumberId ?? "me",
            version,
            options.Clock
        );
        if (channel is null)
        {
            return acceptance.Refuse(received, GraphError.WrongToken());
        }

        if (SendRequest.Parse(channel, received.Json, out var problem) is not { } request)
        {
            return acceptance.Refuse(received, GraphError.Parameter(problem));
        }

        received = received with { Type = request.Type, To = request.To, Text = request.Text };
        if (request.IsAction)
        {
            state.Outbox.Add(received);
            MarkSeen(channel, request);
            return Results.Json(new { recipient_id = request.To });
        }

        var faults = state.Channels.TakeFaults(channel.PhoneNumberId);
        if (faults.Error is not null)
        {
            return await acceptance.RefuseAsync(received, GraphError.ByCode(faults.Error), faults);
        }

        if (!request.IsTagged && IsLate(channel, request.To))
        {
            return acceptance.Refuse(received, GraphError.ByCode("10"));
        }

        var (file, failed) = await FetchAsync(channel, request, http.RequestAborted);
        if (failed)
        {
            return acceptance.Refuse(received, GraphError.ByCode("2018047"));
        }

        var customer = Customer.FromIdentity(request.To);
        var message = new TranscriptMessage
        {
            Wamid = providers.Of(channel).NewId(customer, MessageDirection.Out),
            Direction = MessageDirection.Out,
            Type = file?.Kind ?? "text",
            Text = request.Text,
            File = file is null ? null : TranscriptFile.Of(file, file.FileName),
            At = received.At,
            ReplyTo = request.ReplyTo,
            CallbackData = request.Metadata,
        };
        return await acceptance.AcceptAsync(
            channel,
            faults,
            customer,
            message,
            received,
            http,
            new JsonObject { ["recipient_id"] = request.To, ["message_id"] = message.Wamid }
        );
    }

    /// <summary>The file is fetched from where the business says, at once.</summary>
    private async Task<(SimulatedFile? File, bool Failed)> FetchAsync(
        SimulatedChannel channel,
        SendRequest request,
        CancellationToken ct
    )
    {
        if (request.FileUrl is null)
        {
            return (null, false);
        }

        try
        {
            using var answer = await _http.GetAsync(request.FileUrl, ct);
            if (!answer.IsSuccessStatusCode)
            {
                return (null, true);
            }

            var name = Uri.UnescapeDataString(new Uri(request.FileUrl).Segments[^1]);
            var type = answer.Content.Headers.ContentType?.MediaType;
            var content = await answer.Content.ReadAsByteArrayAsync(ct);
            return (
                state.Media.Keep(channel.PhoneNumberId, UploadForm.TypeOf(type), name, content),
                false
            );
        }
        catch (Exception e)
            when (e is HttpRequestException or InvalidOperationException or UriFormatException
                || (e is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            return (null, true);
        }
    }

    /// <summary>Whom the simulator does not remember may have written today.</summary>
    private bool IsLate(SimulatedChannel channel, string customer) =>
        state
            .Conversations.Find(channel.PhoneNumberId, customer)
            ?.Messages.LastOrDefault(m => m.Direction == MessageDirection.In)
            is { } last
        && last.At + Window < options.Clock.GetUtcNow();

    private void MarkSeen(SimulatedChannel channel, SendRequest request)
    {
        if (
            request.Type != "mark_seen"
            || state.Conversations.Find(channel.PhoneNumberId, request.To) is not { } conversation
        )
        {
            return;
        }

        foreach (
            var message in conversation.Messages.Where(m => m.Direction == MessageDirection.In)
        )
        {
            state.Conversations.Advance(message.Wamid, MessageStatus.Read);
        }
    }

    private SimulatedChannel? Channel(HttpContext http) =>
        state
            .Channels.All()
            .FirstOrDefault(c =>
                c.Type is ChannelKinds.Messenger or ChannelKinds.Instagram
                && GraphApi.HasToken(http, c)
            );

    private static Dictionary<string, string> Fields(
        string? wanted,
        params (string Name, string? Value)[] all
    )
    {
        var names = wanted?.Split(',', StringSplitOptions.TrimEntries);
        return all.Where(f =>
                f.Value is not null
                && (f.Name == "id" || names?.Contains(f.Name, StringComparer.Ordinal) != false)
            )
            .ToDictionary(f => f.Name, f => f.Value!, StringComparer.Ordinal);
    }
}
