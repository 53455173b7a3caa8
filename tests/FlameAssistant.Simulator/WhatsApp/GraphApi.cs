using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.Messenger;
using FlameAssistant.Simulator.Providers;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Graph's side: what the product calls.</summary>
internal sealed class GraphApi(
    SimulatorOptions options,
    SimulatorState state,
    Acceptance acceptance,
    MessengerApi messenger
)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var graph = app.MapGroup("/{version:regex(^v\\d+\\.\\d+$)}/{phoneNumberId}");
        graph.MapPost(
            "/messages",
            (string version, string phoneNumberId, HttpContext http, GraphApi api) =>
                api.SendAsync(version, phoneNumberId, http)
        );
        graph.MapGet(
            "",
            (string phoneNumberId, string? fields, HttpContext http, GraphApi api) =>
                api.Describe(phoneNumberId, fields, http)
        );
    }

    private IResult Describe(string phoneNumberId, string? fields, HttpContext http)
    {
        // Graph knows numbers, files, pages and people by the same address.
        var file = state.Media.Find(phoneNumberId);
        if (file is null && messenger.Describe(phoneNumberId, fields, http) is { } other)
        {
            return other;
        }

        if (state.Channels.Find(file?.Channel ?? phoneNumberId) is not { } channel)
        {
            return Answer(GraphError.UnknownObject(phoneNumberId));
        }

        if (!HasToken(http, channel))
        {
            return Answer(GraphError.WrongToken());
        }

        if (AccountApi.HasWrongProof(http, channel))
        {
            return Answer(GraphError.WrongProof());
        }

        if (file is not null)
        {
            return MediaApi.Describe(file, http);
        }

        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["verified_name"] = channel.Name,
            ["display_phone_number"] = channel.DisplayPhoneNumber,
            ["quality_rating"] = "GREEN",
            ["id"] = channel.PhoneNumberId,
        };
        var wanted = fields?.Split(',', StringSplitOptions.TrimEntries);
        return Results.Json(
            all.Where(f =>
                    f.Key == "id" || wanted?.Contains(f.Key, StringComparer.Ordinal) != false
                )
                .ToDictionary()
        );
    }

    private async Task<IResult> SendAsync(string version, string phoneNumberId, HttpContext http)
    {
        if (state.Channels.Find(phoneNumberId) is { Type: not ChannelKinds.WhatsApp })
        {
            return await messenger.SendAsync(version, http);
        }

        var received = await Acceptance.ReceiveAsync(http, phoneNumberId, version, options.Clock);
        if (state.Channels.Find(phoneNumberId) is not { } channel)
        {
            return acceptance.Refuse(received, GraphError.UnknownObject(phoneNumberId));
        }

        if (!HasToken(http, channel))
        {
            return acceptance.Refuse(received, GraphError.WrongToken());
        }

        if (GraphRequest.Parse(received.Json, out var problem) is not { } request)
        {
            return acceptance.Refuse(received, GraphError.Parameter(problem));
        }

        var file = request.MediaId is { } id ? state.Media.Find(id) : null;
        if (request.MediaId is not null && file?.Channel != phoneNumberId)
        {
            return acceptance.Refuse(
                received,
                GraphError.Parameter(
                    $"Param {request.Type}['id'] is not a valid whatsapp business account media attachment ID"
                )
            );
        }

        received = received with
        {
            Type = request.Type,
            To = request.To ?? request.Recipient,
            Text = request.ReadWamid ?? request.Text,
        };
        if (request.ReadWamid is not null)
        {
            state.Outbox.Add(received);
            MarkRead(request.ReadWamid);
            return Results.Json(new { success = true });
        }

        return await AcceptAsync(channel, request, file, received, http);
    }

    private async Task<IResult> AcceptAsync(
        SimulatedChannel channel,
        GraphRequest request,
        SimulatedFile? file,
        ReceivedMessage received,
        HttpContext http
    )
    {
        var faults = state.Channels.TakeFaults(channel.PhoneNumberId);
        if (faults.Error is not null)
        {
            return await acceptance.RefuseAsync(received, GraphError.ByCode(faults.Error), faults);
        }

        var customer = Customer.FromIdentity(request.To ?? request.Recipient!);
        if (
            state.Rates.Take(
                channel.PhoneNumberId,
                customer.From,
                faults,
                options.Clock.GetUtcNow()
            ) is
            { } limit
        )
        {
            return acceptance.Refuse(received, GraphError.ByCode(limit));
        }

        var template = request.Type == "template" ? TemplateOf(channel, request) : null;
        if (
            request.Type == "template"
            && TemplateCheck.Problem(template, request.Content) is { } refused
        )
        {
            return acceptance.Refuse(received, refused);
        }

        if (request.Type == "reaction")
        {
            return React(request, customer, received);
        }

        var message = new TranscriptMessage
        {
            Wamid = Wamid.New(customer, MessageDirection.Out),
            Direction = MessageDirection.Out,
            Type = request.Type,
            Text =
                template is not null ? TemplateCheck.Text(template, request.Content)
                : file is null ? request.Text
                : request.Caption ?? "",
            Choices = MessageChoices.Of(request.Type, request.Content, template),
            File = file is null ? null : TranscriptFile.Of(file, request.FileName),
            At = received.At,
            ReplyTo = request.ReplyTo,
            CallbackData = request.CallbackData,
        };
        return await acceptance.AcceptAsync(
            channel,
            faults,
            customer,
            message,
            received,
            http,
            Accepted(request, customer, message.Wamid)
        );
    }

    private SimulatedTemplate? TemplateOf(SimulatedChannel channel, GraphRequest request) =>
        state.Templates.Find(
            channel.WabaId,
            request.Content.String("name") ?? "",
            request.Content.Member("language")?.String("code") ?? ""
        );

    /// <summary>A reaction is no line of its own.</summary>
    private IResult React(GraphRequest request, Customer customer, ReceivedMessage received)
    {
        var emoji = request.Content.String("emoji");
        state.Conversations.React(
            request.Content.String("message_id") ?? "",
            string.IsNullOrEmpty(emoji) ? null : emoji
        );
        var wamid = Wamid.New(customer, MessageDirection.Out);
        state.Outbox.Add(received with { Wamid = wamid });
        return Results.Json(Accepted(request, customer, wamid));
    }

    private static JsonObject Accepted(GraphRequest request, Customer customer, string wamid)
    {
        var byPhone = request.To is not null;
        var contact = new JsonObject
        {
            ["input"] = request.To ?? request.Recipient,
            [byPhone ? "wa_id" : "user_id"] = byPhone ? customer.Phone : customer.Bsuid,
        };
        var message = new JsonObject { ["id"] = wamid };
        if (byPhone)
        {
            message["message_status"] = "accepted";
        }

        return new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["contacts"] = new JsonArray(contact),
            ["messages"] = new JsonArray(message),
        };
    }

    /// <summary>As on a phone, the ticks of all that came before turn blue too.</summary>
    private void MarkRead(string wamid)
    {
        if (state.Conversations.FindMessage(wamid) is not { } found)
        {
            return;
        }

        foreach (var message in found.Conversation.Messages)
        {
            if (message.Direction == MessageDirection.In)
            {
                state.Conversations.Advance(message.Wamid, MessageStatus.Read);
            }

            if (message.Wamid == wamid)
            {
                break;
            }
        }
    }

    internal static IResult Answer(GraphError error) =>
        Results.Json(error.ToAnswer(), statusCode: error.Status);

    internal static bool HasToken(HttpContext http, SimulatedChannel channel)
    {
        const string scheme = "Bearer ";
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(header[scheme.Length..].Trim()),
                Encoding.UTF8.GetBytes(channel.AccessToken)
            );
    }
}
