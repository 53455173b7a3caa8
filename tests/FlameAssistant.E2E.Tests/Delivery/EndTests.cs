using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Members;
using FlameAssistant.Jobs.Contacts;
using FlameAssistant.Testing;

namespace FlameAssistant.E2E.Tests.Delivery;

/// <summary>The app's own end: asked to stop while visitors listen, and killed in the middle of a file of contacts.</summary>
public sealed class EndTests(CrashApp fixture) : IClassFixture<CrashApp>
{
    private const int Streams = 20;
    private const int Rows = 10_000;
    private static readonly TimeSpan soon = TimeSpan.FromSeconds(60);

    private TestDatabase Database => fixture.Database;

    private AppProcess App => fixture.App;

    [Fact]
    public async Task Asked_to_stop_it_should_close_open_streams_and_end_without_a_complaint()
    {
        var tenant = await Database.NewTenantAsync();
        var channel = await Database.NewWebChatAsync(tenant);
        var visitors = new List<Visitor>();
        for (var i = 0; i < Streams; i++)
        {
            visitors.Add(await Visitor.ListenAsync(App.Url, WidgetKey.Of(channel)));
        }
        var said = App.Output.Length;

        var ended = await App.StopAsync(TimeSpan.FromSeconds(20));

        ended.ShouldBe(0, App.Output[said..]);
        foreach (var visitor in visitors)
        {
            // The end of an answer, not of a connection.
            await visitor.Ended.WaitAsync(TimeSpan.FromSeconds(5));
        }
        var lastWords = App.Output[said..];
        lastWords.ShouldNotContain(" ERR ");
        lastWords.ShouldNotContain(" WRN ");
        lastWords.ShouldNotContain("Exception");

        await App.StartAsync();
        using var again = await visitors[0].AskAsync();
        again.IsSuccessStatusCode.ShouldBeTrue();
        visitors.ForEach(visitor => visitor.Dispose());
    }

    [Fact]
    public async Task A_file_of_contacts_should_survive_a_kill_with_every_row_once()
    {
        var tenant = await Database.NewTenantAsync();
        var manager = await Database.NewMemberAsync(tenant, MemberRoles.Manager);
        var file = new StringBuilder("name,phone\n");
        for (var i = 0; i < Rows; i++)
        {
            file.Append(CultureInfo.InvariantCulture, $"Person {i},+5511{900_000_000 + i}\n");
        }
        var import = (
            await new ContactFiles(Database.Units).TakeAsync(
                tenant,
                manager,
                "people.csv",
                new MemoryStream(Encoding.UTF8.GetBytes(file.ToString())),
                default
            )
        ).Value;
        await Database.DoAsync(
            tenant,
            manager,
            new CheckImport(import, new ImportOptions(["name", "phone"], "BR", Updates: true, []))
        );
        await IsAsync("checked");
        await Database.DoAsync(tenant, manager, new StartImport(import));

        await KilledInTheMiddleAsync();

        await IsAsync("done");
        (await Database.AskAsync<long>("SELECT count(*) FROM contacts", tenant)).ShouldBe(Rows);
        (
            await Database.AskAsync<long>(
                "SELECT count(*) FROM contact_import_rows r JOIN contacts c ON c.id = r.contact_id WHERE r.is_applied AND r.outcome = 'create'",
                tenant
            )
        ).ShouldBe(Rows);
        (
            await Database.AskAsync<long>("SELECT count(DISTINCT phone_key) FROM contacts", tenant)
        ).ShouldBe(Rows);

        async Task KilledInTheMiddleAsync()
        {
            var before = 0L;
            await Eventually.IsTrueAsync(
                async () =>
                    (
                        before = await Database.AskAsync<long>(
                            "SELECT count(*) FROM contact_import_rows WHERE is_applied",
                            tenant
                        )
                    ) > 0,
                soon
            );
            await App.KillAsync();
            (
                await Database.AskAsync<long>(
                    "SELECT count(*) FROM contact_import_rows WHERE is_applied",
                    tenant
                )
            ).ShouldBeLessThan(Rows, "it was killed too late to say anything");
            before.ShouldBeGreaterThan(0);
            await Database.ExecuteAsync(
                "UPDATE shared.outbox SET available_at = created_at WHERE leased_by IS NOT NULL"
            );
            await App.StartAsync();
        }

        Task IsAsync(string state) =>
            Eventually.IsTrueAsync(
                async () =>
                    await Database.AskAsync<string>("SELECT state FROM contact_imports", tenant)
                    == state,
                soon
            );
    }

    /// <summary>A page with the chat: a token and an open stream.</summary>
    private sealed class Visitor : IDisposable
    {
        private readonly HttpClient http;

        private Visitor(HttpClient http, StreamReader stream) =>
            (this.http, Ended) = (http, ReadAsync(stream));

        public Task Ended { get; }

        public static async Task<Visitor> ListenAsync(string address, string key)
        {
            var client = new HttpClient { BaseAddress = new Uri(address) };
            using var opened = await client.PostAsJsonAsync(
                "/widget/sessions",
                new { widget_key = key, locale = "en" }
            );
            var session = JsonNode.Parse(await opened.Content.ReadAsStringAsync())!;
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer",
                (string)session["visitor_token"]!
            );
            var answer = await client.GetAsync(
                $"/widget/stream?ticket={session["stream_ticket"]}&after=0",
                HttpCompletionOption.ResponseHeadersRead
            );
            answer.EnsureSuccessStatusCode();
            var stream = new StreamReader(await answer.Content.ReadAsStreamAsync());
            // Its first state has come: it listens.
            (await stream.ReadLineAsync()).ShouldNotBeNull();
            return new Visitor(client, stream);
        }

        public Task<HttpResponseMessage> AskAsync() => http.GetAsync("/widget/messages");

        public void Dispose() => http.Dispose();

        private static async Task ReadAsync(StreamReader stream)
        {
            using (stream)
            {
                while (await stream.ReadLineAsync() is not null)
                {
                    // What comes until the end.
                }
            }
        }
    }
}
