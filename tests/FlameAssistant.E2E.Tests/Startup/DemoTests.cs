using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Seeding;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.E2E.Tests.Startup;

public sealed class DemoTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Demo_should_talk_to_the_simulator_of_the_setting_also_after_it_moved()
    {
        for (var start = 1; start <= 2; start++)
        {
            await using var simulator = await SimulatorHost.StartAsync();
            await using var app = await AppProcess.StartAsync(
                database,
                ("Flame__Seed", "demo"),
                ("Flame__Simulator__Url", simulator.Url)
            );
            await simulator.State.WaitUntilAsync(
                () => simulator.State.Channels.Find(DemoSeed.PhoneNumberId) is not null,
                TimeSpan.FromSeconds(60)
            );
            database.Catalog.Forget();
            var tenant = (await database.Catalog.FindAsync(DemoSeed.Slug, default))!;
            var conversation = await database.AskAsync<Guid>(
                "SELECT id FROM conversations WHERE status = 'open' AND window_expires_at > now() LIMIT 1",
                tenant
            );

            var text = $"Start {start}";
            await database.DoAsync(tenant, Actor.System, new SendMessage(conversation, text, text));

            await simulator.State.WaitForMessageAsync(
                m => m.Text == text,
                TimeSpan.FromSeconds(60)
            );
        }
    }

    [Fact]
    public async Task Demo_should_work_on_every_channel_also_where_the_simulator_learned_of_it_late()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var app = await AppProcess.StartAsync(
            database,
            ("Flame__Seed", "demo"),
            ("Flame__Simulator__Url", simulator.Url)
        );
        var isKnown = () => simulator.State.Channels.All().Count == DemoChannels.All.Count;
        await simulator.State.WaitUntilAsync(isKnown, TimeSpan.FromSeconds(60));
        database.Catalog.Forget();
        var tenant = (await database.Catalog.FindAsync(DemoSeed.Slug, default))!;
        var bot = await database.AskAsync<Guid>(
            "SELECT id FROM integrations WHERE type = 'telegram'",
            tenant
        );

        // As when the outbox asks first: the simulator knows no such bot, and a provider's no is final.
        simulator.State.Channels.Remove(DemoChannels.BotToken);
        await database.DoAsync(
            tenant,
            Actor.System,
            new NoteChannelCheck(bot, ("unauthorized", "Unauthorized"), NeedsAuth: true)
        );

        await simulator.State.WaitUntilAsync(isKnown, TimeSpan.FromSeconds(90));
        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<long>(
                "SELECT count(*) FROM integrations WHERE status <> 'active'",
                tenant
            ) == 0
        );
    }
}
