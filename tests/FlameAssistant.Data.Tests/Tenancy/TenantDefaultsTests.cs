using System.Globalization;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Tenancy;

/// <summary>What a tenant's admins choose holds for who chose nothing, and for nobody else.</summary>
public sealed class TenantDefaultsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Tenant_should_be_found_with_its_defaults_as_soon_as_they_are_saved()
    {
        var tenant = await database.NewTenantAsync();
        tenant.Defaults.ShouldBe(TenantDefaults.None);
        tenant.Brand.ShouldBe(tenant.Name);

        tenant = await ChooseAsync(tenant);

        tenant.Defaults.ShouldBe(new TenantDefaults("es", "America/Lima", "Café Ñandú"));
        tenant.Brand.ShouldBe("Café Ñandú");
        (await database.Catalog.FindAsync(tenant.Id, default))!.Defaults.ShouldBe(tenant.Defaults);
    }

    [Theory]
    [InlineData(null, "es")]
    [InlineData("en", "en")]
    public async Task Invitation_should_be_in_the_language_of_who_is_invited(
        string? own,
        string expected
    )
    {
        var tenant = await ChooseAsync(await database.NewTenantAsync());
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var email = $"{own}-invited@defaults.test";
        await database.AskAsync<Guid>($"SELECT shared.ensure_user('{email}')");
        await SpeakAsync($"email = '{email}'", own);

        var invitation = await database.DoAsync(
            tenant,
            admin,
            new InviteMember(email, MemberRoles.Agent)
        );
        var again = await database.DoAsync(tenant, admin, new ResendInvitation(invitation.UserId));

        invitation.Language.ShouldBe(expected);
        again.Language.ShouldBe(expected);
        (
            await database.Get<AcceptInvitation>().FindAsync(again.Token, default)
        )!.Workspace.ShouldBe("Café Ñandú");
    }

    [Theory]
    [InlineData(null, null, "es America/Lima")]
    [InlineData("en", "Europe/Madrid", "en Europe/Madrid")]
    public async Task Profile_should_hold_what_the_person_chose_or_the_tenant(
        string? language,
        string? zone,
        string expected
    )
    {
        var tenant = await ChooseAsync(await database.NewTenantAsync());
        var member = await database.NewMemberAsync(tenant);
        await SpeakAsync($"id = '{member.Id}'", language, zone);

        await database.DoAsync(tenant, Actor.System, new EnsureProfile(member.Id, "Ana"));

        (
            await database.AskAsync<string>(
                $"SELECT language || ' ' || timezone FROM profiles WHERE user_id = '{member.Id}'",
                tenant
            )
        ).ShouldBe(expected);
    }

    [Theory]
    [InlineData(null, "es")]
    [InlineData("en", "en")]
    public async Task Letter_of_what_was_missed_should_be_in_the_readers_language(
        string? own,
        string expected
    )
    {
        var tenant = await ChooseAsync(await database.NewTenantAsync());
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var agent = await database.NewMemberAsync(tenant);
        await SpeakAsync($"id = '{agent.Id}'", own);
        var channel = await database.NewChannelAsync(tenant);
        var conversation = (
            await database.ReceiveAsync(tenant, channel, database.Next("54911"))
        ).ConversationId;
        await database.DoAsync(tenant, admin, new AssignConversation(conversation, agent.Id));
        foreach (var row in await RowsAsync(tenant, OutboxKinds.RaiseNotifications))
        {
            await database.DoAsync(
                tenant,
                Actor.System,
                new RaiseNotifications(row.Id, row.SubjectId)
            );
        }
        database.Clock.Advance(RaiseNotifications.MailAfter);

        var mail = (await RowsAsync(tenant, OutboxKinds.MailNotifications)).Single();
        var letter = await database.DoAsync(
            tenant,
            Actor.System,
            new TakeDueMail(mail.Id, agent.Id)
        );

        letter.ShouldNotBeNull().Language.ShouldBe(expected);
    }

    [Theory]
    // Noon in Lima is 17:00 UTC: work ends at 12:30 there, so that of 60 minutes 30 are left for the next day.
    [InlineData(null, "2026-03-03T14:30:00Z")]
    [InlineData("UTC", "2026-03-03T09:30:00Z")]
    public void Working_hours_without_a_zone_should_be_in_the_tenants(string? own, string due)
    {
        var hours = new WorkingHours
        {
            TimeZone = own,
            Week =
            [
                .. Enum.GetValues<DayOfWeek>().Select(d => WorkingSpan.Of(d, "09:00", "12:30")),
            ],
        };
        var noon = At(own is null ? "2026-03-02T17:00:00Z" : "2026-03-02T12:00:00Z");

        WorkingHours
            .Read(hours.Write())
            .In(new TenantDefaults("es", "America/Lima", null))
            .Add(noon, TimeSpan.FromHours(1))
            .ShouldBe(At(due));
    }

    [Fact]
    public async Task Response_should_be_due_by_the_tenants_clock()
    {
        var tenant = await ChooseAsync(await database.NewTenantAsync());
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var channel = await database.NewChannelAsync(tenant);
        // Ten in the morning in Lima, so that the whole of the day's ten minutes is still to come.
        var now = database.Clock.GetUtcNow();
        database.Clock.Advance(now.Date.AddDays(1).AddHours(15) - now.DateTime);
        // Ten minutes of each day, told apart by the zone alone.
        var hours = new WorkingHours
        {
            Week =
            [
                .. Enum.GetValues<DayOfWeek>().Select(d => WorkingSpan.Of(d, "12:00", "12:10")),
            ],
        };
        await database.DoAsync(
            tenant,
            admin,
            new SetChannelRouting(
                channel,
                AssignmentModes.None,
                AssignmentTeamId: null,
                HandBack: false,
                hours,
                FirstResponseMinutes: 10,
                MaxAttachmentMb: null
            )
        );

        await database.ReceiveAsync(tenant, channel, database.Next("54911"));

        var due = await database.AskAsync<string>(
            "SELECT to_char(response_due_at AT TIME ZONE 'America/Lima', 'HH24:MI') FROM conversations",
            tenant
        );
        due.ShouldBe("12:10");
    }

    private async Task<TenantRef> ChooseAsync(TenantRef tenant)
    {
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var saved = await database
            .Get<ChangeTenantSettings>()
            .RunAsync(
                tenant.Slug,
                new TenantSettings(tenant.Name, "America/Lima", "es", "Café Ñandú"),
                admin,
                default
            );
        saved.IsOk.ShouldBeTrue();
        return (await database.Catalog.FindAsync(tenant.Slug, default))!;
    }

    private Task SpeakAsync(string who, string? language, string? zone = null) =>
        database.ExecuteAsync(
            $"UPDATE shared.users SET language = {Quoted(language)}, time_zone = {Quoted(zone)} WHERE {who}"
        );

    private static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    private static string Quoted(string? value) => value is null ? "NULL" : $"'{value}'";

    private Task<List<OutboxItem>> RowsAsync(TenantRef tenant, string kind) =>
        database.ReadAsync(
            tenant,
            unit => unit.Db.Outbox.AsNoTracking().Where(o => o.Kind == kind).ToListAsync()
        );
}
