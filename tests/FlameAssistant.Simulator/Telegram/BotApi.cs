using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Telegram;

/// <summary>The Bot API: the token is part of the address.</summary>
internal sealed class BotApi(
    SimulatorOptions options,
    SimulatorState state,
    Acceptance acceptance,
    ProviderList providers
)
{
    private const string Prefix = "bot";
    private const long LargestFile = 20 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder app)
    {
        // The segment whole: a pattern would take the last "bot" in it for the first, and tokens may hold the word.
        app.MapMethods(
            "/{bot:regex(^bot)}/{method}",
            [HttpMethods.Get, HttpMethods.Post],
            (string bot, string method, HttpContext http, BotApi api) =>
                api.CallAsync(bot[Prefix.Length..], method, http)
        );
        app.MapGet(
            "/file/{bot:regex(^bot)}/files/{id}",
            (string bot, string id, BotApi api) => api.Give(bot[Prefix.Length..], id)
        );
    }

    private async Task<IResult> CallAsync(string token, string method, HttpContext http)
    {
        if (Channel(token) is not { } channel)
        {
            return Answer(
                BotError.ByCode(token.Contains(':', StringComparison.Ordinal) ? "401" : "404")
            );
        }

        if (await BotCall.ReadAsync(method, http) is not { } call)
        {
            return Answer(BotError.Bad("can't parse the request"));
        }

        var received = Acceptance.Note(
            http,
            channel.PhoneNumberId,
            "bot",
            options.Clock,
            Encoding.UTF8.GetBytes(call.Fields.ToJsonString(Plain))
        ) with
        {
            Type = method,
            To = call.Text("chat_id"),
            Text = call.Text("text") ?? call.Text("caption"),
        };
        if (BotCall.Sends(method))
        {
            return await SendAsync(channel, method, call, received, http);
        }

        var result = method switch
        {
            "getMe" => Me(channel),
            "setWebhook" => SetWebhook(channel, call),
            "deleteWebhook" => Forget(channel),
            "getFile" => Describe(call),
            "answerCallbackQuery" or "sendChatAction" => Ok(JsonValue.Create(true)),
            _ => Answer(BotError.ByCode("404")),
        };
        state.Outbox.Add(received);
        return result;
    }

    private async Task<IResult> SendAsync(
        SimulatedChannel channel,
        string method,
        BotCall call,
        ReceivedMessage received,
        HttpContext http
    )
    {
        var faults = state.Channels.TakeFaults(channel.PhoneNumberId);
        var problem =
            faults.Error is { } code ? BotError.ByCode(code)
            : call.Problem(method) is { } wrong ? BotError.Bad(wrong)
            : null;
        if (problem is not null)
        {
            state.Outbox.Add(
                received with
                {
                    Status = problem.Code,
                    ErrorCode = problem.Code.ToString(CultureInfo.InvariantCulture),
                }
            );
            await Task.Delay(TimeSpan.FromMilliseconds(faults.DelayMs), options.Clock);
            return Answer(problem);
        }

        var chat = call.Text("chat_id")!;
        var customer = Customer.FromIdentity(chat);
        var file = call.File is { } given
            ? state.Media.Keep(
                channel.PhoneNumberId,
                UploadForm.TypeOf(given.ContentType),
                given.FileName,
                await UploadForm.BytesAsync(given, http.RequestAborted)
            )
            : null;
        var message = new TranscriptMessage
        {
            Wamid = providers.Of(channel).NewId(customer, MessageDirection.Out),
            Direction = MessageDirection.Out,
            Type = file?.Kind ?? "text",
            Text = call.Shown(method),
            File = file is null ? null : TranscriptFile.Of(file, file.FileName),
            At = received.At,
            ReplyTo = call.ReplyTo(chat),
        };
        return await acceptance.AcceptAsync(
            channel,
            faults,
            customer,
            message,
            received,
            http,
            new JsonObject
            {
                ["ok"] = true,
                ["result"] = TelegramProvider.Sent(channel, customer, message),
            }
        );
    }

    private static IResult Me(SimulatedChannel channel)
    {
        var me = TelegramProvider.Bot(channel);
        me["can_join_groups"] = true;
        me["can_read_all_group_messages"] = false;
        me["supports_inline_queries"] = false;
        return Ok(me);
    }

    /// <summary>From now on updates go there, with this secret.</summary>
    private IResult SetWebhook(SimulatedChannel channel, BotCall call)
    {
        if (
            call.Text("url") is not { Length: > 0 } url
            || !Uri.TryCreate(url, UriKind.Absolute, out _)
        )
        {
            return Answer(BotError.Bad("bad webhook: An HTTPS URL must be provided for webhook"));
        }

        var secret = call.Text("secret_token") ?? "";
        if (
            secret.Length > 256
            || !secret.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
        )
        {
            return Answer(BotError.Bad("secret token contains unallowed characters"));
        }

        state.Channels.Put(channel with { WebhookUrl = url, AppSecret = secret });
        return Ok(JsonValue.Create(true));
    }

    private IResult Forget(SimulatedChannel channel)
    {
        state.Channels.Put(channel with { WebhookUrl = "" });
        return Ok(JsonValue.Create(true));
    }

    private IResult Describe(BotCall call)
    {
        if (call.Text("file_id") is not { } id || state.Media.Find(id) is not { } file)
        {
            return Answer(BotError.Bad("wrong file_id or the file is temporarily unavailable"));
        }

        return file.Content.Length > LargestFile
            ? Answer(BotError.Bad("file is too big"))
            : Ok(
                new JsonObject
                {
                    ["file_id"] = file.Id,
                    ["file_unique_id"] = "u" + file.Id,
                    ["file_size"] = file.Content.Length,
                    ["file_path"] = "files/" + file.Id,
                }
            );
    }

    private IResult Give(string token, string id) =>
        Channel(token) is { } channel
        && state.Media.Find(id) is { } file
        && file.Channel == channel.PhoneNumberId
            ? Results.Bytes(file.Content, "application/octet-stream")
            : Answer(BotError.ByCode("404"));

    private SimulatedChannel? Channel(string token) =>
        state
            .Channels.All()
            .FirstOrDefault(c =>
                c.Type == ChannelKinds.Telegram
                && CryptographicOperations.FixedTimeEquals(
                    Encoding.UTF8.GetBytes(token),
                    Encoding.UTF8.GetBytes(c.AccessToken)
                )
            );

    private static IResult Ok(JsonNode result) =>
        Results.Json(new JsonObject { ["ok"] = true, ["result"] = result });

    private static IResult Answer(BotError error) =>
        Results.Json(error.ToAnswer(), statusCode: error.Code);

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
