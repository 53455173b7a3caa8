using System.Globalization;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>What the product does about an error.</summary>
internal enum GraphAction
{
    /// <summary>This message does not go; the agent reads why and decides.</summary>
    TellAgent,

    /// <summary>Meta's own trouble, and the message was not taken: again, after a growing pause.</summary>
    Retry,

    /// <summary>Too much of the number or the app: the whole number pauses.</summary>
    SlowNumber,

    /// <summary>Too much to this customer: their conversation pauses.</summary>
    SlowCustomer,

    /// <summary>The token, its rights or the account: nothing goes until an admin has helped.</summary>
    StopChannel,
}

/// <param name="Reason">Plain words for who reads it, in English; null where Meta's own are the best there are.</param>
/// <param name="TemplatesDiffer">Our copy of the templates is old: it is read again.</param>
internal sealed record GraphRule(
    GraphAction Action,
    string? Reason = null,
    bool TemplatesDiffer = false
);

/// <summary>The one place that says what each documented error of the Cloud API means.</summary>
internal static class GraphErrors
{
    private static readonly GraphRule unknown = new(GraphAction.TellAgent);

    private static readonly GraphRule noRight = new(
        GraphAction.StopChannel,
        "The access token may not use this account: an admin connects the channel again with all rights."
    );

    internal static readonly IReadOnlyDictionary<int, GraphRule> Rules = new Dictionary<
        int,
        GraphRule
    >
    {
        // The token and its rights.
        [0] = new(
            GraphAction.StopChannel,
            "The channel's access token is no longer valid: an admin connects the channel again."
        ),
        [3] = noRight,
        [10] = noRight,
        [190] = new(
            GraphAction.StopChannel,
            "The channel's access token is no longer valid: an admin connects the channel again."
        ),
        [131005] = noRight,
        // Accounts and numbers that Meta has locked, or that are not ready.
        [368] = new(
            GraphAction.StopChannel,
            "Meta has blocked the account for a violation of its policies: an admin looks into Meta Business."
        ),
        [131031] = new(
            GraphAction.StopChannel,
            "Meta has locked the WhatsApp account: an admin looks into Meta Business."
        ),
        [131045] = new(
            GraphAction.StopChannel,
            "The number is not registered with the Cloud API: an admin registers it in Meta."
        ),
        [133010] = new(
            GraphAction.StopChannel,
            "The number is not registered with the Cloud API: an admin registers it in Meta."
        ),
        // Meta's own trouble.
        [1] = new(GraphAction.Retry),
        [2] = new(GraphAction.Retry),
        [131000] = new(GraphAction.Retry),
        [131016] = new(GraphAction.Retry),
        [131057] = new(GraphAction.Retry),
        [133004] = new(GraphAction.Retry),
        // Rates.
        [4] = new(GraphAction.SlowNumber),
        [80007] = new(GraphAction.SlowNumber),
        [130429] = new(GraphAction.SlowNumber),
        [131056] = new(GraphAction.SlowCustomer),
        [131048] = new(
            GraphAction.TellAgent,
            "WhatsApp holds messages of this number back, because too many people blocked it or reported it as spam."
        ),
        // The person.
        [130472] = new(
            GraphAction.TellAgent,
            "WhatsApp keeps this person out of marketing messages for an experiment: they must write first."
        ),
        [130497] = new(
            GraphAction.TellAgent,
            "WhatsApp does not allow this account to write to people of that country."
        ),
        [131021] = new(GraphAction.TellAgent, "A number cannot write to itself."),
        [131026] = new(
            GraphAction.TellAgent,
            "WhatsApp cannot reach this person: no WhatsApp, an old version, or terms not accepted."
        ),
        [131030] = new(
            GraphAction.TellAgent,
            "A test number writes only to the numbers that are listed for it in Meta."
        ),
        [131047] = new(
            GraphAction.TellAgent,
            "More than 24 hours have passed since the customer's last message: only an approved template can be sent."
        ),
        [131049] = new(
            GraphAction.TellAgent,
            "WhatsApp held the message back to keep its users' trust: try again in some days."
        ),
        [131050] = new(
            GraphAction.TellAgent,
            "The customer asked WhatsApp for no more advertising from you."
        ),
        // The message.
        [33] = new(GraphAction.TellAgent),
        [100] = new(GraphAction.TellAgent),
        [131008] = new(GraphAction.TellAgent),
        [131009] = new(GraphAction.TellAgent),
        [131051] = new(GraphAction.TellAgent, "WhatsApp does not take this kind of message."),
        [131052] = new(GraphAction.TellAgent, "WhatsApp could not fetch the customer's file."),
        [131053] = new(
            GraphAction.TellAgent,
            "WhatsApp could not use the file: check its type and size."
        ),
        [135000] = new(GraphAction.TellAgent),
        // The account's money and name: free answers still go.
        [131037] = new(
            GraphAction.TellAgent,
            "The number's display name is not approved yet: an admin looks into WhatsApp Manager."
        ),
        [131042] = new(
            GraphAction.TellAgent,
            "WhatsApp cannot charge for this message: an admin checks the payment method in Meta."
        ),
        // Templates.
        [132000] = new(
            GraphAction.TellAgent,
            "The template has another number of places than was filled in. Its text was read again: try once more.",
            TemplatesDiffer: true
        ),
        [132001] = new(
            GraphAction.TellAgent,
            "WhatsApp has no such template in this language, or has not approved it: it does not exist there.",
            TemplatesDiffer: true
        ),
        [132005] = new(
            GraphAction.TellAgent,
            "With these values the template's text becomes too long: shorten them."
        ),
        [132007] = new(
            GraphAction.TellAgent,
            "The template violates WhatsApp's policy: an admin changes it in WhatsApp Manager.",
            TemplatesDiffer: true
        ),
        [132012] = new(
            GraphAction.TellAgent,
            "A value does not fit the template's place. Its text was read again: try once more.",
            TemplatesDiffer: true
        ),
        [132015] = new(
            GraphAction.TellAgent,
            "WhatsApp has paused this template because of its quality: choose another.",
            TemplatesDiffer: true
        ),
        [132016] = new(
            GraphAction.TellAgent,
            "WhatsApp has disabled this template for good: choose another.",
            TemplatesDiffer: true
        ),
        [132018] = new(
            GraphAction.TellAgent,
            "A value of the template has line breaks, or more than four spaces in a row: write it in one line."
        ),
        [132068] = new(GraphAction.TellAgent, "The template's form is blocked by WhatsApp."),
        [132069] = new(
            GraphAction.TellAgent,
            "The template's form is used too much just now: send it later."
        ),
    };

    public static DeliveryOutcome Outcome(GraphError error)
    {
        var code = error.Code.ToString(CultureInfo.InvariantCulture);
        var rule = RuleOf(error.Code);
        var reason = Reason(
            error.Code,
            error.Data?.Details ?? error.Message ?? "The provider gave no reason."
        );
        return rule.Action switch
        {
            GraphAction.Retry => new DeliveryOutcome.Postponed(
                TimeSpan.FromSeconds(2),
                code,
                reason
            )
            {
                Scope = FailureScope.Channel,
            },
            GraphAction.SlowNumber => new DeliveryOutcome.Postponed(
                TimeSpan.FromSeconds(2),
                code,
                reason
            )
            {
                HoldsNumber = true,
            },
            GraphAction.SlowCustomer => new DeliveryOutcome.Postponed(
                TimeSpan.FromSeconds(6),
                code,
                reason
            ),
            GraphAction.StopChannel => new DeliveryOutcome.Rejected(code, reason)
            {
                Scope = FailureScope.Authorization,
            },
            _ => new DeliveryOutcome.Rejected(code, reason)
            {
                TemplatesDiffer = rule.TemplatesDiffer,
            },
        };
    }

    public static GraphRule RuleOf(int code) =>
        Rules.GetValueOrDefault(code) ?? (code is >= 200 and < 300 ? noRight : unknown);

    /// <summary>Whether the same may go well later, without anybody's help.</summary>
    public static bool MayPass(int code) =>
        RuleOf(code).Action
            is GraphAction.Retry
                or GraphAction.SlowNumber
                or GraphAction.SlowCustomer;

    /// <summary>Plain words for the agent, in English; the UI translates by code where it can.</summary>
    public static string Reason(int code, string details) => RuleOf(code).Reason ?? details;
}
