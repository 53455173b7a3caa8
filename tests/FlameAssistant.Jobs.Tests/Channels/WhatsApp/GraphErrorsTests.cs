using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels.WhatsApp;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsApp;

/// <summary>The table of the Cloud API's errors: what each does to the message, to the number and to the channel.</summary>
public sealed class GraphErrorsTests
{
    private static readonly Dictionary<string, int[]> expected = new(StringComparer.Ordinal)
    {
        ["stop"] = [0, 3, 10, 190, 200, 210, 299, 368, 131005, 131031, 131045, 133010],
        ["retry"] = [1, 2, 131000, 131016, 131057, 133004],
        ["number"] = [4, 80007, 130429],
        ["customer"] = [131056],
        ["agent"] =
        [
            33,
            100,
            130472,
            130497,
            131008,
            131009,
            131021,
            131026,
            131030,
            131037,
            131042,
            131047,
            131048,
            131049,
            131050,
            131051,
            131052,
            131053,
            132005,
            132018,
            132068,
            132069,
            135000,
            999999,
        ],
        ["templates"] = [132000, 132001, 132007, 132012, 132015, 132016],
    };

    public static TheoryData<int, string> Table()
    {
        var table = new TheoryData<int, string>();
        foreach (var (what, codes) in expected)
        {
            foreach (var code in codes)
            {
                table.Add(code, what);
            }
        }
        return table;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Outcome_should_do_what_the_code_asks_for(int code, string what)
    {
        var outcome = GraphErrors.Outcome(new GraphError { Code = code, Message = "Meta's words" });

        var text = outcome switch
        {
            DeliveryOutcome.Rejected { Scope: FailureScope.Authorization } => "stop",
            DeliveryOutcome.Rejected { TemplatesDiffer: true } => "templates",
            DeliveryOutcome.Rejected { Scope: FailureScope.Message } => "agent",
            DeliveryOutcome.Postponed { HoldsNumber: true, Scope: FailureScope.Message } =>
                "number",
            DeliveryOutcome.Postponed { Scope: FailureScope.Channel } => "retry",
            DeliveryOutcome.Postponed { Scope: FailureScope.Message } => "customer",
            _ => "?",
        };
        text.ShouldBe(what);
        (outcome is DeliveryOutcome.Postponed).ShouldBe(GraphErrors.MayPass(code));
        var reason = outcome switch
        {
            DeliveryOutcome.Rejected r => r.Reason,
            DeliveryOutcome.Postponed p => p.Reason,
            _ => "",
        };
        reason.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void Table_should_hold_every_rule() =>
        expected
            .Values.SelectMany(codes => codes)
            .ToHashSet()
            .IsSupersetOf(GraphErrors.Rules.Keys)
            .ShouldBeTrue(
                string.Join(
                    ", ",
                    GraphErrors.Rules.Keys.Except(expected.Values.SelectMany(codes => codes))
                )
            );

    [Fact]
    public void Every_error_of_the_contract_should_have_a_rule_of_its_own() =>
        Fixtures
            .Names("whatsapp-cloud", "err_")
            .Select(name =>
                Fixtures.Json($"whatsapp-cloud/{name}.json")["error"]!["code"]!.GetValue<int>()
            )
            .ShouldAllBe(code => GraphErrors.Rules.ContainsKey(code));
}
