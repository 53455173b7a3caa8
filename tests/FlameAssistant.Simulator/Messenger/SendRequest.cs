using System.Text;
using System.Text.Json;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Messenger;

/// <summary>What came to me/messages, checked as Meta checks it: a message, or an action.</summary>
internal sealed record SendRequest
{
    private const int LongestText = 2000;
    private const int MostBytes = 1000;

    public required string To { get; init; }

    /// <summary>text, image, audio, video or file; or the action.</summary>
    public string Type { get; init; } = "text";

    public bool IsAction { get; init; }

    public string Text { get; init; } = "";

    public string? FileUrl { get; init; }

    public string? ReplyTo { get; init; }

    public string? Metadata { get; init; }

    public bool IsTagged { get; init; }

    public static SendRequest? Parse(
        SimulatedChannel channel,
        JsonElement? body,
        out string problem
    )
    {
        problem = "";
        if (
            body is not { ValueKind: JsonValueKind.Object } json
            || json.Member("recipient")?.String("id") is not { Length: > 0 } to
        )
        {
            problem = "The parameter recipient is required";
            return null;
        }

        if (json.String("sender_action") is { } action)
        {
            problem = action is "typing_on" or "typing_off" or "mark_seen"
                ? ""
                : "Param sender_action must be one of {TYPING_ON, TYPING_OFF, MARK_SEEN}";
            return problem.Length > 0
                ? null
                : new SendRequest
                {
                    To = to,
                    Type = action,
                    IsAction = true,
                };
        }

        var message = json.Member("message");
        var attachment = message?.Member("attachment");
        var text = message?.String("text");
        var kind = attachment?.String("type");
        problem = (text, kind) switch
        {
            (null, null) => "Message cannot be empty, must provide valid attachment or text",
            ({ Length: > 0 }, { }) => "Must provide either text or attachment, not both",
            ({ Length: 0 }, _) => "Message cannot be empty, must provide valid attachment or text",
            (_, not null and not ("image" or "audio" or "video" or "file")) =>
                "Param message[attachment][type] must be one of {image, audio, video, file}",
            (not null, _) => TextProblem(channel, text),
            _ when string.IsNullOrEmpty(attachment?.Member("payload")?.String("url")) =>
                "Param message[attachment][payload][url] is required",
            _ => "",
        };
        if (problem.Length == 0)
        {
            problem = TypeProblem(json);
        }

        return problem.Length > 0
            ? null
            : new SendRequest
            {
                To = to,
                Type = kind ?? "text",
                Text = text ?? "",
                FileUrl = attachment?.Member("payload")?.String("url"),
                ReplyTo = json.Member("reply_to")?.String("mid"),
                Metadata = message?.String("metadata"),
                IsTagged = json.String("tag") is not null,
            };
    }

    private static string TextProblem(SimulatedChannel channel, string text) =>
        channel.Type == ChannelKinds.Instagram
            ? Encoding.UTF8.GetByteCount(text) > MostBytes
                ? $"Length of param message[text] must be less than or equal to {MostBytes} bytes"
                : ""
            : text.Length > LongestText
                ? $"Length of param message[text] must be less than or equal to {LongestText}"
                : "";

    private static string TypeProblem(JsonElement json) =>
        (json.String("messaging_type"), json.String("tag")) switch
        {
            (null or "RESPONSE" or "UPDATE", null) => "",
            ("MESSAGE_TAG", "HUMAN_AGENT") when json.Member("reply_to") is null => "",
            ("MESSAGE_TAG", "HUMAN_AGENT") => "Param reply_to cannot be used with a message tag",
            _ => "Param messaging_type and tag do not fit together",
        };
}
