using System.CommandLine;
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
        return new Command("seed", "Fills the database.") { demo };
    }
}
