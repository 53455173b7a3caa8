using System.CommandLine;
using System.Globalization;
using FlameAssistant.Data.Seeding;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Platform.Commands;

internal static class SeedCommand
{
    public static Command Build()
    {
        var demo = new Command(
            "demo",
            "A workspace with people, a channel and conversations to try the product with."
        );
        demo.SetAction(
            (_, ct) =>
                CommandHost.RunAsync(
                    async (services, token) =>
                    {
                        var seeded = await services.GetRequiredService<DemoSeed>().RunAsync(token);
                        return seeded.IsOk ? seeded.Value.Slug : (Result<string>)seeded.Error;
                    },
                    ct
                )
        );
        return new Command("seed", "Fills the database.") { demo, BuildScale() };
    }

    private static Command BuildScale()
    {
        var tenants = new Option<int>("--tenants")
        {
            Description = "How many workspaces.",
            Required = true,
        };
        var messages = new Option<long>("--messages")
        {
            Description = "How many messages, in all workspaces together.",
            Required = true,
        };
        var scale = new Command(
            "scale",
            "Workspaces scale-1, scale-2 ... full of messages, to measure with."
        )
        {
            tenants,
            messages,
        };
        scale.SetAction(
            (parsed, ct) =>
                CommandHost.RunAsync(
                    async (services, token) =>
                    {
                        var seeded = await services
                            .GetRequiredService<ScaleSeed>()
                            .RunAsync(parsed.GetValue(tenants), parsed.GetValue(messages), token);
                        return seeded.IsOk ? Say(seeded.Value) : (Result<string>)seeded.Error;
                    },
                    ct
                )
        );
        return scale;
    }

    private static string Say(ScaleReport report) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Messages} messages into {report.Tenants} workspaces in {report.Elapsed.TotalSeconds:0.0} s, {report.PerSecond} a second with their indexes"
        );
}
