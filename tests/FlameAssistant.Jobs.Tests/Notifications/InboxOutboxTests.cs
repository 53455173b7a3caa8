using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Notifications;
using FlameAssistant.Jobs.Outbox;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Notifications;

/// <summary>From an operation to its later effect, through the running worker.</summary>
public sealed class InboxOutboxTests(JobsDatabase database) : IClassFixture<JobsDatabase>
{
    [Fact]
    public async Task Worker_should_wake_assign_and_tell()
    {
        var tenant = await database.NewTenantAsync();
        var channel = await database.NewChannelAsync(tenant);
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var agent = await database.NewMemberAsync(tenant);
        await database.DoAsync(
            tenant,
            admin,
            new SetChannelRouting(
                channel,
                AssignmentModes.RoundRobin,
                null,
                HandBack: false,
                WorkingHours.Always,
                null,
                null
            )
        );
        await database.DoAsync(tenant, agent, new BeatAvailability());
        await using var worker = await database.StartAsync<OutboxWorker>();

        var id = (await database.ReceiveAsync(tenant, channel, "5491155558000")).ConversationId;
        await Eventually.IsTrueAsync(
            async () => await CountAsync(tenant, agent) == 1,
            TimeSpan.FromSeconds(60)
        );
        (await StatusAsync(tenant, id)).ShouldBe($"open {agent.Id}");

        await database.DoAsync(
            tenant,
            agent,
            new SnoozeConversation(id, database.Clock.GetUtcNow().AddSeconds(30))
        );
        database.Clock.Advance(TimeSpan.FromSeconds(31));
        await Eventually.IsTrueAsync(
            async () =>
            {
                database.Clock.Advance(TimeSpan.FromMilliseconds(100));
                return await StatusAsync(tenant, id) == $"open {agent.Id}";
            },
            TimeSpan.FromSeconds(60)
        );
    }

    [Theory]
    [InlineData("es-AR", "Todavía no has visto esto", "Te mencionaron")]
    [InlineData("en", "You have not seen this yet", "You were mentioned")]
    [InlineData("pt", "You have not seen this yet", "You were mentioned")]
    public void A_letter_should_be_in_the_readers_language_and_harmless(
        string language,
        string title,
        string words
    )
    {
        var tenant = new TenantRef(Guid.NewGuid(), "acme", "Acme", "tenant_acme", "main", "active");
        var mail = NotificationMail.Write(
            tenant,
            new DueMail(
                "ana@example.test",
                language,
                [new(NotificationKinds.Mention, "<b>José</b>\r\nBcc: x", "{0} <script>", 7)]
            ),
            "https://flame.test/"
        );
        mail.Text.ShouldContain(title);
        mail.Text.ShouldContain(words);
        mail.Text.ShouldContain("https://flame.test/t/acme/inbox/7");
        mail.Html.ShouldNotContain("<script>");
        mail.Html.ShouldNotContain("<b>");
        mail.Subject.ShouldNotContain("\n");
    }

    [Fact]
    public void A_letter_should_name_the_company_by_its_brand()
    {
        var tenant = new TenantRef(Guid.NewGuid(), "acme", "Acme", "tenant_acme", "main", "active")
        {
            Defaults = new TenantDefaults("en", "UTC", "Café Ñandú"),
        };
        var due = new DueMail("a@b.test", "en", [new(NotificationKinds.Mention, "Ana", null, 7)]);
        NotificationMail
            .Write(tenant, due, "https://flame.test")
            .Subject.ShouldBe("Something is waiting for you in Café Ñandú");
    }

    [Fact]
    public void Every_kind_should_have_its_words_in_both_languages()
    {
        var tenant = new TenantRef(Guid.NewGuid(), "acme", "Acme", "tenant_acme", "main", "active");
        foreach (var language in (string[])["es", "en"])
        {
            var mail = NotificationMail.Write(
                tenant,
                new DueMail(
                    "a@b.test",
                    language,
                    [.. NotificationKinds.All.Select(k => new DueNotification(k, "Ana", null, 1))]
                ),
                "https://flame.test"
            );
            mail.Subject.ShouldContain("7");
        }
    }

    private Task<int> CountAsync(TenantRef tenant, Actor who) =>
        database.ReadAsync(tenant, unit => unit.CountUnreadNotificationsAsync(default), who);

    private Task<string?> StatusAsync(TenantRef tenant, Guid id) =>
        database.AskAsync<string>(
            $"SELECT status || ' ' || coalesce(assigned_to::text, '') FROM conversations WHERE id = '{id}'",
            tenant
        );
}
