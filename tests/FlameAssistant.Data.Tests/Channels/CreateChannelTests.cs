using System.Text.Json;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Channels;

public sealed class CreateChannelTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private const string Token = "EAAG-the-access-token";
    private const string AppSecret = "the-app-secret";
    private TenantRef tenant = null!;
    private string account = "";

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        account = database.Next("200000");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task RunAsync_should_make_the_channel_and_its_route()
    {
        var id = (await RunAsync("Sales")).Value;

        var channel = await ChannelAsync(id);
        (channel.Name, channel.Status, channel.AccountId).ShouldBe(
            ("Sales", ChannelStatuses.Active, account)
        );
        var route = (
            await database.Get<RouteDirectory>().FindAsync(ChannelTypes.WhatsApp, account, default)
        ).ShouldNotBeNull();
        (route.ChannelId, route.TenantId, route.State, route.AppSecret).ShouldBe(
            (id, tenant.Id, ChannelRoute.Active, AppSecret)
        );
        (await database.Get<RouteDirectory>().FindAsync(id, default)).ShouldBe(route);
    }

    [Fact]
    public async Task RunAsync_should_keep_what_is_not_confirmed_waiting()
    {
        var id = (await RunAsync("Sales", confirmed: false)).Value;
        (await ChannelAsync(id)).Status.ShouldBe(ChannelStatuses.Pending);
        (await database.Get<RouteDirectory>().FindAsync(id, default))!.State.ShouldBe(
            ChannelRoute.Pending
        );
    }

    [Fact]
    public async Task RunAsync_should_answer_the_same_account_with_its_channel_renewed()
    {
        var first = (await RunAsync("Sales")).Value;
        (await RunAsync("Sales")).Value.ShouldBe(first);
        (await RunAsync("Support")).Value.ShouldBe(first);
        (await ChannelAsync(first)).Name.ShouldBe("Support");
        (await database.AskAsync<long>("SELECT count(*) FROM integrations", tenant)).ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_should_make_one_channel_of_two_at_once()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync("Sales")));
        results.ShouldContain(r => r.IsOk);
        results.Where(r => !r.IsOk).ShouldAllBe(r => r.Error!.Kind == ErrorKind.Conflict);
        (await database.AskAsync<long>("SELECT count(*) FROM integrations", tenant)).ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_should_refuse_a_name_that_is_taken()
    {
        await RunAsync("Sales");
        account = database.Next("200000");
        (await RunAsync("Sales")).Error!.Message.ShouldBe(ChannelErrors.NameTaken("Sales").Message);
        (await RunAsync("Sales 2")).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task RunAsync_should_refuse_the_account_of_another_tenant_and_leave_it_alone()
    {
        var first = (await RunAsync("Sales")).Value;
        var owner = tenant;
        tenant = await database.NewTenantAsync();

        (await RunAsync("Stolen")).Error!.Message.ShouldBe(
            ChannelErrors.AccountTaken(account).Message
        );

        (await database.AskAsync<long>("SELECT count(*) FROM integrations", tenant)).ShouldBe(0);
        (
            await database.Get<RouteDirectory>().FindAsync(ChannelTypes.WhatsApp, account, default)
        )!.TenantId.ShouldBe(owner.Id);
        first.ShouldNotBe(Guid.Empty);
    }

    [Theory]
    [InlineData("", "1", "channel.name")]
    [InlineData("  ", "1", "channel.name")]
    [InlineData(null, "1", "channel.name")]
    [InlineData("Sales", "", "channel.account")]
    [InlineData("Sales", null, "channel.account")]
    public async Task RunAsync_should_refuse_fields_that_are_empty_or_too_long(
        string? name,
        string? asked,
        string code
    )
    {
        account = asked ?? new string('1', 256);
        (await RunAsync(name ?? new string('n', 256))).Error!.Code.ShouldBe(code);
    }

    [Theory]
    [InlineData(MemberRoles.Admin, true)]
    [InlineData(MemberRoles.Manager, false)]
    [InlineData(MemberRoles.Agent, false)]
    [InlineData(MemberRoles.Viewer, false)]
    public async Task RunAsync_should_be_for_admins(string role, bool may)
    {
        var actor = await database.NewMemberAsync(tenant, role);
        var result = await RunAsync("Sales", actor: actor);
        result.IsOk.ShouldBe(may);
        (result.Error?.Kind).ShouldBe(may ? null : ErrorKind.Forbidden);
    }

    [Fact]
    public async Task Secrets_should_be_ciphertext_that_opens_only_in_its_place()
    {
        var id = (await RunAsync("Sales")).Value;
        var stored = JsonSerializer.Deserialize<Dictionary<string, string>>(
            (await ChannelAsync(id)).Credentials
        )!["access_token"];

        stored.ShouldNotContain(Token);
        var secrets = database.Secrets;
        secrets.Unprotect(tenant.Id, id, "access_token", stored).Value.ShouldBe(Token);
        secrets.Unprotect(Guid.NewGuid(), id, "access_token", stored).IsOk.ShouldBeFalse();
        secrets.Unprotect(tenant.Id, Guid.NewGuid(), "access_token", stored).IsOk.ShouldBeFalse();
        secrets.Unprotect(tenant.Id, id, "app_secret", stored).IsOk.ShouldBeFalse();
        secrets.Unprotect(tenant.Id, id, "access_token", "nonsense").IsOk.ShouldBeFalse();
    }

    [Fact]
    public async Task Secrets_should_be_nowhere_in_the_database()
    {
        await RunAsync("Sales");
        await RunAsync("Sales again");
        foreach (
            var table in (string[])
                ["integrations", "activity_log", "shared.channel_routes", "shared.audit_logs"]
        )
        {
            var text = await database.AskAsync<string>(
                $"SELECT coalesce(string_agg(to_jsonb(t)::text, ' '), '') FROM {table} t",
                tenant
            );
            text.ShouldNotBeNull().ShouldNotContain(Token);
            text.ShouldNotContain(AppSecret);
        }
        // The trail names the change, without the ciphertext.
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM activity_log WHERE resource_type = 'integrations' AND replace(changes::text, '\"credentials\": \"***\"', '') LIKE '%credentials%'",
                tenant
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_should_tell_that_the_channel_changed()
    {
        var heard = new List<LiveEvent>();
        using var subscription = database.Live.Subscribe(tenant.Id, heard.Add);
        var id = (await RunAsync("Sales")).Value;
        heard.ShouldHaveSingleItem().ShouldBe(new LiveEvent(tenant.Id, LiveKinds.Channel, id, 0));
    }

    private Task<Result<Guid>> RunAsync(string name, bool confirmed = true, Actor? actor = null) =>
        database.RunAsync(
            tenant,
            actor ?? Actor.System,
            new CreateChannel(
                new ChannelDraft(
                    ChannelTypes.WhatsApp,
                    name,
                    account,
                    new Dictionary<string, string>(StringComparer.Ordinal) { ["region"] = "ar" },
                    new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["access_token"] = Token,
                    },
                    AppSecret,
                    VerifyToken: "verify"
                ),
                database.Secrets,
                confirmed
            )
        );

    private Task<Channel> ChannelAsync(Guid id) =>
        database.ReadAsync(tenant, unit => unit.Db.Channels.SingleAsync(c => c.Id == id));
}
