using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Members;

/// <summary>Teams, and how channels find who answers, as the settings change them.</summary>
public sealed class TeamTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Guid channel;
    private Actor admin = null!;
    private Actor agent = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        agent = await database.NewMemberAsync(tenant);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Teams_should_say_what_they_have_to_do()
    {
        var team = await SaveAsync("Sales", agent.Id);
        await SaveAsync("Support");
        for (var i = 0; i < 3; i++)
        {
            var received = await database.ReceiveAsync(tenant, channel, $"54911700{i}");
            await DoAsync(admin, new AssignTeam(received.ConversationId, team));
            if (i == 0)
            {
                await DoAsync(
                    admin,
                    new SetConversationStatus(
                        received.ConversationId,
                        ConversationStatuses.Resolved
                    )
                );
            }
        }
        var loads = (await LoadsAsync(admin)).ShouldNotBeNull();
        loads.Select(l => (l.Team.Name, l.Open)).ShouldBe([("Sales", 2), ("Support", 0)]);
        loads[0].Team.Members.ShouldBe([agent.Id]);
        (await LoadsAsync(agent)).ShouldBeNull();
    }

    [Fact]
    public async Task Team_should_be_renamed_emptied_and_deleted_and_leave_its_conversations()
    {
        var team = await SaveAsync("Sales", agent.Id, admin.Id);
        var received = await database.ReceiveAsync(tenant, channel, "5491170010");
        await DoAsync(admin, new AssignTeam(received.ConversationId, team));
        await DoAsync(
            admin,
            new SaveTeam(team, " Ventas ", "  ", AssignmentModes.RoundRobin, [admin.Id])
        );
        var row = (await LoadsAsync(admin))!.Single().Team;
        (row.Name, row.Description, row.AssignmentMode).ShouldBe(
            ("Ventas", null, AssignmentModes.RoundRobin)
        );
        row.Members.ShouldBe([admin.Id]);

        await DoAsync(admin, new DeleteTeam(team));
        (await LoadsAsync(admin)).ShouldBeEmpty();
        (
            await database.AskAsync<Guid?>(
                $"SELECT team_id FROM conversations WHERE id = '{received.ConversationId}'",
                tenant
            )
        ).ShouldBeNull();
    }

    [Fact]
    public async Task Team_should_be_refused_at_the_field_that_is_at_fault()
    {
        await SaveAsync("Sales");
        async Task<string> CodeAsync(SaveTeam team) =>
            (await database.RunAsync(tenant, admin, team)).Error!.Code;
        (await CodeAsync(new(null, " ", null, AssignmentModes.None, []))).ShouldBe("team.name");
        (await CodeAsync(new(null, "Sales", null, AssignmentModes.None, []))).ShouldBe(
            "team.exists"
        );
        (await CodeAsync(new(null, "B", new string('x', 501), AssignmentModes.None, []))).ShouldBe(
            "team.description"
        );
        (await CodeAsync(new(null, "B", null, "somehow", []))).ShouldBe("team.mode");
        (await CodeAsync(new(null, "B", null, AssignmentModes.None, [Guid.NewGuid()]))).ShouldBe(
            "team.members"
        );
        (await CodeAsync(new(Guid.NewGuid(), "B", null, AssignmentModes.None, []))).ShouldBe(
            "team.not_found"
        );
    }

    [Fact]
    public async Task Routing_should_change_people_hours_and_target_at_once()
    {
        var hours = new WorkingHours
        {
            TimeZone = "America/Bogota",
            Week = [WorkingSpan.Of(DayOfWeek.Monday, "09:00", "24:00")],
            Holidays = [new DateOnly(2026, 12, 25)],
        };
        await DoAsync(
            admin,
            new SetChannelRouting(
                channel,
                AssignmentModes.LeastLoaded,
                AssignmentTeamId: null,
                HandBack: true,
                hours,
                FirstResponseMinutes: 15,
                MaxAttachmentMb: 20,
                [agent.Id]
            )
        );
        var row = (await RoutingAsync(admin))!.Single();
        (row.AssignmentMode, row.HandBack, row.FirstResponseMinutes, row.MaxAttachmentMb).ShouldBe(
            (AssignmentModes.LeastLoaded, true, 15, 20)
        );
        row.Hours.Week.ShouldBe(hours.Week);
        row.Hours.Holidays.ShouldBe(hours.Holidays);
        row.Members.ShouldBe([agent.Id]);
        (await RoutingAsync(agent)).ShouldBeNull();

        // Nobody said whose it is: it stays theirs.
        await DoAsync(
            admin,
            new SetChannelRouting(
                channel,
                AssignmentModes.None,
                null,
                false,
                WorkingHours.Always,
                null,
                null
            )
        );
        (await RoutingAsync(admin))!.Single().Members.ShouldBe([agent.Id]);
    }

    [Fact]
    public async Task Routing_should_tell_every_problem_by_its_field_and_change_nothing()
    {
        var wrong = new SetChannelRouting(
            channel,
            "somehow",
            Guid.NewGuid(),
            HandBack: false,
            new WorkingHours
            {
                TimeZone = "Europe/Nowhere",
                Week = [new(DayOfWeek.Monday, 600, 500)],
                Holidays = [.. Enumerable.Range(0, 401).Select(new DateOnly(2026, 1, 1).AddDays)],
            },
            FirstResponseMinutes: 0,
            MaxAttachmentMb: 101,
            [Guid.NewGuid()]
        );
        var error = (await database.RunAsync(tenant, admin, wrong)).Error.ShouldNotBeNull();
        error.Code.ShouldBe("channel.routing");
        error
            .Fields!.Keys.Order()
            .ShouldBe([
                "assignmentMode",
                "firstResponse",
                "holidays",
                "hours",
                "maxAttachment",
                "members",
                "team",
                "timeZone",
            ]);
        (await RoutingAsync(admin))!.Single().Members.ShouldBeEmpty();
    }

    [Fact]
    public async Task Capacity_should_be_set_without_touching_what_the_agent_chose()
    {
        await DoAsync(agent, new SetAvailability(agent.Id, AvailabilityChoices.Busy, null));
        await DoAsync(admin, new SetAvailability(agent.Id, null, 7));
        await DoAsync(agent, new SetAvailability(agent.Id, AvailabilityChoices.Busy, null));
        var known = await database.ReadAsync(
            tenant,
            unit => unit.ListColleaguesAsync(TestContext.Current.CancellationToken),
            admin
        );
        var row = known.Single(c => c.UserId == agent.Id);
        (row.IsBusy, row.Capacity).ShouldBe((true, 7));
        (
            await database.RunAsync(tenant, admin, new SetAvailability(agent.Id, null, 1001))
        ).Error!.Code.ShouldBe("availability.invalid");
        (
            await database.RunAsync(tenant, agent, new SetAvailability(admin.Id, null, 1))
        ).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
    }

    private Task<Guid> SaveAsync(string name, params Guid[] members) =>
        DoAsync(admin, new SaveTeam(null, name, null, AssignmentModes.None, members));

    private Task<IReadOnlyList<TeamLoad>?> LoadsAsync(Actor actor) =>
        database.ReadAsync(
            tenant,
            unit => unit.ListTeamLoadsAsync(TestContext.Current.CancellationToken),
            actor
        );

    private Task<IReadOnlyList<ChannelRouting>?> RoutingAsync(Actor actor) =>
        database.ReadAsync(
            tenant,
            unit => unit.ListChannelRoutingAsync(TestContext.Current.CancellationToken),
            actor
        );

    private Task<T> DoAsync<T>(Actor actor, ITenantOperation<T> operation) =>
        database.DoAsync(tenant, actor, operation);
}
