using System.Net;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Data.Tests.Members;

public sealed class UserSessionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private UserSessions Sessions => database.Get<UserSessions>();

    [Fact]
    public async Task ListAsync_should_say_where_a_person_is_signed_in()
    {
        var user = await NewUserAsync();
        var first = await BeginAsync(user, new string('x', 1000));
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await BeginAsync(user, "Firefox");

        var rows = await Sessions.ListAsync(user.Id, default);

        rows.Select(r => r.Id).ShouldBe([second, first]);
        rows[1].UserAgent!.Length.ShouldBe(UserSession.MaxUserAgent);
        rows[0].Ip.ShouldBe(IPAddress.Parse("10.1.2.3"));
    }

    [Fact]
    public async Task EndAsync_should_be_known_at_once_and_end_no_other_persons()
    {
        var user = await NewUserAsync();
        var stranger = await NewUserAsync();
        var session = await BeginAsync(user);
        (await IsAliveAsync(session)).ShouldBeTrue();

        await Sessions.EndAsync(stranger.Id, session, default);
        (await IsAliveAsync(session)).ShouldBeTrue();
        var heard = new List<LiveEvent>();
        using var subscription = database.Live.SubscribeAll(heard.Add);
        await Sessions.EndAsync(user.Id, session, default);

        // No time passed: the live event emptied the cache, here and on every node.
        (await IsAliveAsync(session)).ShouldBeFalse();
        heard.ShouldContain(e => e.Kind == LiveKinds.Session && e.SubjectId == session);
    }

    [Fact]
    public async Task EndOthersAsync_should_keep_the_one_that_asks()
    {
        var user = await NewUserAsync();
        var kept = await BeginAsync(user);
        var others = new[] { await BeginAsync(user), await BeginAsync(user) };

        await Sessions.EndOthersAsync(user.Id, kept, default);

        (await IsAliveAsync(kept)).ShouldBeTrue();
        foreach (var other in others)
        {
            (await IsAliveAsync(other)).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task A_new_stamp_should_end_all_but_the_renewed()
    {
        var user = await NewUserAsync();
        var (mine, other) = (await BeginAsync(user), await BeginAsync(user));
        user.SecurityStamp = "another";
        await database.ExecuteAsync(
            $"UPDATE shared.users SET security_stamp = 'another' WHERE id = '{user.Id}'"
        );
        await Sessions.RenewAsync(mine, user, default);

        (await IsAliveAsync(mine)).ShouldBeTrue();
        (await IsAliveAsync(other)).ShouldBeFalse();
        (await Sessions.ListAsync(user.Id, default)).Single().Id.ShouldBe(mine);
    }

    [Theory]
    [InlineData("UPDATE shared.users SET is_active = false WHERE id = '{0}'")]
    [InlineData("DELETE FROM shared.user_sessions WHERE user_id = '{0}'")]
    [InlineData("DELETE FROM shared.users WHERE id = '{0}'")]
    public async Task What_is_changed_past_the_product_should_be_known_within_seconds(string change)
    {
        var user = await NewUserAsync();
        var session = await BeginAsync(user);
        (await IsAliveAsync(session)).ShouldBeTrue();

        await database.ExecuteAsync(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, change, user.Id)
        );
        // With a circuit's own look of 2.5 seconds it is below five.
        database.Clock.Advance(TimeSpan.FromSeconds(2));

        (await IsAliveAsync(session)).ShouldBeFalse();
    }

    [Fact]
    public async Task Sessions_nobody_used_for_a_month_should_be_forgotten()
    {
        var user = await NewUserAsync();
        var old = await BeginAsync(user);
        database.Clock.Advance(TimeSpan.FromDays(31));
        await BeginAsync(user);
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.user_sessions WHERE id = '{old}'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task IsAliveAsync_should_note_a_use_once_per_pause()
    {
        var user = await NewUserAsync();
        var session = await BeginAsync(user);
        database.Clock.Advance(TimeSpan.FromMinutes(6));
        await IsAliveAsync(session);
        var seen = database.Clock.GetUtcNow();
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        await IsAliveAsync(session);
        (await Sessions.ListAsync(user.Id, default)).Single().LastSeenAt.ShouldBe(seen);
    }

    [Fact]
    public async Task A_picture_should_be_seen_by_colleagues_alone()
    {
        var tenant = await database.EmptyTenantAsync();
        var person = await database.NewMemberAsync(tenant);
        var colleague = await database.NewMemberAsync(tenant);
        var stranger = await database.NewMemberAsync(await database.NewTenantAsync());
        var avatars = database.Get<UserAvatars>();
        await avatars.SaveAsync(person.Id, [1, 2, 3], default);
        var url = (await avatars.UrlOfAsync(person.Id, default)).ShouldNotBeNull();
        var version = Guid.Parse(url.Split('/')[^1]);

        foreach (var viewer in (Guid[])[person.Id, colleague.Id])
        {
            (await avatars.FindAsync(person.Id, version, viewer, default)).ShouldBe([1, 2, 3]);
        }
        (await avatars.FindAsync(person.Id, version, stranger.Id, default)).ShouldBeNull();
        (await avatars.FindAsync(person.Id, Guid.NewGuid(), person.Id, default)).ShouldBeNull();
        var member = await database.Get<MemberDirectory>().FindAsync(tenant.Id, person.Id, default);
        member!.Avatar.ShouldBe(url);
        await avatars.RemoveAsync(person.Id, default);
        (await avatars.UrlOfAsync(person.Id, default)).ShouldBeNull();
    }

    [Theory]
    [InlineData("ana", true)]
    [InlineData("ana.ruiz-2_b", true)]
    [InlineData("an", false)]
    [InlineData("Ana", false)]
    [InlineData("2ana", false)]
    [InlineData("ana@x", false)]
    [InlineData("u0123456789abcdef0123456789abcdef", false)]
    public void UserNames_should_be_plain(string name, bool isGood) =>
        UserNames.IsGood(name).ShouldBe(isGood);

    private Task<bool> IsAliveAsync(Guid session) => Sessions.IsAliveAsync(session, default);

    private Task<Guid> BeginAsync(User user, string? userAgent = "Chrome") =>
        Sessions.BeginAsync(user, userAgent, IPAddress.Parse("::ffff:10.1.2.3"), default);

    private async Task<User> NewUserAsync()
    {
        var email = database.Next("session-") + "@people.test";
        await using var scope = database.Services.CreateAsyncScope();
        var id = (
            await scope
                .ServiceProvider.GetRequiredService<CreateUser>()
                .RunAsync(new NewUser(email, "a long enough password"), default)
        ).Value;
        await using var db = await database
            .Get<IDbContextFactory<PlatformDb>>()
            .CreateDbContextAsync();
        return await db.Users.SingleAsync(u => u.Id == id);
    }
}
