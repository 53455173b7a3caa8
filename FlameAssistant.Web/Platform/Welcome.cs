using FlameAssistant.Data.Seeding;
using FlameAssistant.Web.Widget;

namespace FlameAssistant.Web.Platform;

/// <summary>What a newcomer reads first: where it is, who may enter, what to try.</summary>
internal static class Welcome
{
    /// <param name="webChat">The demo's, where there is one.</param>
    public static void Print(
        IConfiguration configuration,
        ICollection<string> addresses,
        Guid? webChat = null
    )
    {
        var address = configuration["Flame:PublicUrl"] ?? addresses.FirstOrDefault() ?? "";
        var lines = new List<string>
        {
            "",
            $"Flame Assistant runs at {address}  (Ctrl+C stops it)",
        };
        if (configuration["Flame:Seed"] == "demo")
        {
            lines.Add("");
            lines.Add("Sign in with the password " + DemoSeed.Password);
            lines.AddRange(
                DemoSeed
                    .People.Append(DemoSeed.SuperAdmin)
                    .Select(p => $"  {p.Email, -24}{p.Title}")
            );
            if (webChat is { } channel)
            {
                lines.Add("");
                lines.Add($"A shop with the chat: {address}{WidgetSnippet.DemoPath(channel)}");
                lines.Add(
                    $"  Write there as a visitor, and answer in {address}/t/{DemoSeed.Slug}/inbox"
                );
            }
            if (configuration["Flame:Simulator:Url"] is { } simulator)
            {
                lines.Add("");
                lines.Add("What to try first");
                lines.Add(
                    $"  1. Open {address}/t/{DemoSeed.Slug}/inbox and sign in as {DemoSeed.People[0].Email}."
                );
                lines.Add(
                    $"  2. Open {simulator} beside it, and write as a customer: the message appears in the inbox."
                );
                lines.Add(
                    "  3. Answer it: the customer sees it, and its ticks turn blue when they read it."
                );
            }
        }
        Console.WriteLine(string.Join(Environment.NewLine, lines));
    }
}
