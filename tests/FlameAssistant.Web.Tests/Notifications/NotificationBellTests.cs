using Bunit;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Features.Notifications;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tests.Conversations;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Web.Tests.Notifications;

/// <summary>The bell: it counts live, shows what happened in words, and forgets what is read.</summary>
public sealed class NotificationBellTests : InboxContext
{
    private readonly FakeNotifications news = new();

    public NotificationBellTests() => Services.AddSingleton<INotificationsData>(news);

    [Fact]
    public async Task Bell_should_count_what_comes_live()
    {
        var bell = Open();
        bell.FindAll("[data-testid=notifications-count]").ShouldBeEmpty();

        news.Add(NotificationKinds.Mention, "<script>alert(1)</script>", actor: "Marcos");
        await bell.InvokeAsync(news.ChangeAsync);

        bell.Find("[data-testid=notifications-count]").TextContent.ShouldBe("1");
        bell.Find("[data-testid=notifications]")
            .GetAttribute("aria-label")
            .ShouldBe("Notifications, 1 unread");
    }

    [Fact]
    public void Panel_should_say_what_happened_and_lead_to_the_conversation()
    {
        news.Add(NotificationKinds.Mention, "<script>alert(1)</script>", actor: "Marcos");
        news.Add(NotificationKinds.SlaBreach, "Sofía");
        var bell = Open();
        bell.Find("[data-testid=notifications-menu]").TriggerEvent("ontoggle", EventArgs.Empty);

        bell.FindAll("script").ShouldBeEmpty();
        bell.FindAll("[data-testid=notification]")
            .Select(line => line.QuerySelector(".what")!.TextContent)
            .ShouldBe([
                "Marcos named you in a note about <script>alert(1)</script>",
                "Sofía has waited too long",
            ]);
        bell.Find("[data-testid=notification-open]")
            .GetAttribute("href")
            .ShouldBe(Urls.Inbox("acme", 7));
    }

    [Fact]
    public void Reading_one_and_all_should_quiet_the_bell()
    {
        news.Add(NotificationKinds.Message, "Ana");
        news.Add(NotificationKinds.Message, "Bea");
        news.Add(NotificationKinds.Message, "Carla");
        var bell = Open();
        bell.Find("[data-testid=notifications-menu]").TriggerEvent("ontoggle", EventArgs.Empty);

        bell.Find("[data-testid=notification-read]").Click();
        bell.Find("[data-testid=notifications-count]").TextContent.ShouldBe("2");
        bell.Find("[data-testid=notifications-read-all]").Click();

        bell.FindAll("[data-testid=notifications-count]").ShouldBeEmpty();
        bell.FindAll("[data-read=false]").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_to_be_heard_should_ring_once_with_where_it_is()
    {
        var module = JSInterop.SetupModule("./browser.js");
        module.Mode = JSRuntimeMode.Loose;
        news.News = new NotificationNews(Some.Noon, []);
        var bell = Open();
        news.News = new NotificationNews(Some.Noon.AddMinutes(1), [7, 9]);
        await bell.InvokeAsync(news.ChangeAsync);
        news.News = news.News with { Sounds = [] };
        await bell.InvokeAsync(news.ChangeAsync);

        var rung = module.Invocations["ring"].ShouldHaveSingleItem();
        ((IEnumerable<string>)rung.Arguments[0]!).ShouldBe(["/t/acme/inbox/7", "/t/acme/inbox/9"]);
        news.Asked.ShouldBe([null, Some.Noon, Some.Noon.AddMinutes(1)]);
    }

    private IRenderedComponent<NotificationBell> Open() =>
        Render<NotificationBell>(bell => bell.Add(b => b.Slug, "acme"));

    private sealed class FakeNotifications : INotificationsData
    {
        private readonly List<NotificationRow> rows = [];
        private Func<Task> changed = () => Task.CompletedTask;

        public void Add(string kind, string title, string? actor = null) =>
            rows.Add(new(Guid.NewGuid(), kind, title, "…", 7, actor, IsRead: false, Some.Noon));

        public Task ChangeAsync() => changed();

        public Task<NotificationPage> ListAsync(NotificationCursor? after, CancellationToken ct) =>
            Task.FromResult(new NotificationPage([.. rows], Next: null));

        public Task<int> CountUnreadAsync(CancellationToken ct) =>
            Task.FromResult(rows.Count(row => !row.IsRead));

        public NotificationNews News { get; set; } = NotificationNews.None;

        public List<DateTimeOffset?> Asked { get; } = [];

        public Task<NotificationNews> NewsAsync(DateTimeOffset? since, CancellationToken ct)
        {
            Asked.Add(since);
            return Task.FromResult(News);
        }

        public Task<Result<int>> ReadAsync(Guid? id, CancellationToken ct)
        {
            for (var i = 0; i < rows.Count; i++)
            {
                if (id is null || rows[i].Id == id)
                {
                    rows[i] = rows[i] with { IsRead = true };
                }
            }
            return Task.FromResult<Result<int>>(1);
        }

        public Task<IReadOnlyList<NotificationChoice>> ChoicesAsync(CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<NotificationChoice>>([]);

        public Task<Result<bool>> ChooseAsync(NotificationChoice choice, CancellationToken ct) =>
            Task.FromResult<Result<bool>>(true);

        public Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct)
        {
            changed = onChange;
            return Task.FromResult<IDisposable?>(null);
        }
    }
}
