using System.Text.Json;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Jobs.Tests.Channels;

/// <summary>What the wizard and the channel's page do, against the simulator over HTTP.</summary>
public sealed class ChannelConnectionsTests(ChannelConnectionsTests.Database database)
    : IClassFixture<ChannelConnectionsTests.Database>,
        IAsyncLifetime
{
    private const string Token = SimulatorHost.AccessToken;
    private TenantRef tenant = null!;
    private Actor admin = null!;
    private string number = "";

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        number = database.Next("40000000");
        database.Simulator.Add(number);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Connect_should_ask_the_provider_and_make_an_active_channel()
    {
        var form = Form();
        var answer = await ConnectAsync(form);

        answer.IsOk.ShouldBeTrue();
        answer.ChannelId.ShouldBe(form.ChannelId);
        answer.Check!.Account!.ShouldContain("+55 11");
        var row = (await FindAsync(form.ChannelId)).ShouldNotBeNull();
        (row.Name, row.Status, row.AccountId).ShouldBe(("Shop", ChannelStatuses.Active, number));
        Connections
            .WebhookUrl(row.Type, row.Id)
            .ShouldBe($"https://flame.test/webhooks/whatsapp/{row.Id}");
        (await RouteAsync())!.AppSecret.ShouldBe(Fixtures.AppSecret);
    }

    [Fact]
    public async Task Connect_should_keep_nothing_when_the_provider_says_no()
    {
        var form = Form(("access_token", "wrong"));
        var answer = await ConnectAsync(form);

        answer.IsOk.ShouldBeFalse();
        var finding = answer.Check!.Findings.ShouldHaveSingleItem();
        (finding.Field, finding.Code).ShouldBe(("access_token", "token_wrong"));
        finding.Said!.ShouldContain("Invalid OAuth access token");
        (await FindAsync(form.ChannelId)).ShouldBeNull();
        (await RouteAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Connect_should_say_every_problem_before_it_calls_anybody()
    {
        var answer = await ConnectAsync(
            Form(("phone_number_id", "with space"), ("app_secret", "")) with
            {
                Name = " ",
            }
        );
        answer.Check.ShouldBeNull();
        answer.Error!.Fields!.Keys.ShouldBe(
            ["name", "phone_number_id", "app_secret"],
            ignoreOrder: true
        );
    }

    [Fact]
    public async Task Connect_should_say_at_the_field_that_an_account_is_taken()
    {
        (await ConnectAsync(Form())).IsOk.ShouldBeTrue();
        var twice = await ConnectAsync(Form() with { Name = "Again" });
        twice.Error!.Code.ShouldBe("channel.account_connected");
        twice.Error.Fields!.Keys.ShouldBe(["phone_number_id"]);

        tenant = await database.NewTenantAsync();
        admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var stolen = await ConnectAsync(Form());
        stolen.Error!.Code.ShouldBe("channel.account_taken");
        stolen.Error.Fields!.Keys.ShouldBe(["phone_number_id"]);
    }

    [Fact]
    public async Task Connect_should_let_one_of_two_at_once_win()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(i => ConnectAsync(Form() with { Name = $"Shop {i}" }))
        );
        answers.Count(a => a.IsOk).ShouldBe(1);
        answers
            .Where(a => !a.IsOk)
            .ShouldAllBe(a => a.Error!.Fields!.ContainsKey("phone_number_id"));
    }

    [Fact]
    public async Task Update_should_keep_a_secret_that_is_not_typed_and_check_with_it()
    {
        var form = Form();
        await ConnectAsync(form);
        var answer = await UpdateAsync(
            form with
            {
                Name = "Store",
                Values = Values(("access_token", ""), ("app_secret", ""), ("verify_token", "new")),
            }
        );
        answer.IsOk.ShouldBeTrue();
        (await FindAsync(form.ChannelId))!.Name.ShouldBe("Store");
        var route = (await RouteAsync())!;
        (route.AppSecret, route.VerifyToken).ShouldBe((Fixtures.AppSecret, "new"));

        var refused = await UpdateAsync(form with { Values = Values(("access_token", "wrong")) });
        refused.Check!.Findings.ShouldHaveSingleItem().Field.ShouldBe("access_token");
        (
            await Connections.CheckStoredAsync(tenant, admin, form.ChannelId, default)
        ).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task CheckStored_should_write_down_what_the_provider_says()
    {
        var form = Form();
        await ConnectAsync(form);
        database.Simulator.State.Channels.Put(
            database.Simulator.State.Channels.Find(number)! with
            {
                AccessToken = "changed at Meta",
            }
        );
        var answer = await Connections.CheckStoredAsync(tenant, admin, form.ChannelId, default);
        answer.IsOk.ShouldBeFalse();
        var health = (await FindAsync(form.ChannelId))!.Health;
        health.LastErrorCode.ShouldBe("token_wrong");
        health.LastError!.ShouldContain("Meta does not accept this token");
    }

    [Fact]
    public async Task Remove_should_free_the_account()
    {
        var form = Form();
        await ConnectAsync(form);
        (
            await Connections.RemoveAsync(tenant, admin, form.ChannelId, "wrong", default)
        ).Error!.Code.ShouldBe("channel.name_wrong");
        (
            await Connections.RemoveAsync(tenant, admin, form.ChannelId, "Shop", default)
        ).IsOk.ShouldBeTrue();
        (await ConnectAsync(Form())).IsOk.ShouldBeTrue();
    }

    [Theory]
    [InlineData(MemberRoles.Manager)]
    [InlineData(MemberRoles.Agent)]
    public async Task Others_should_not_make_this_server_call_anybody(string role)
    {
        await using var inside = await AnswerServer.StartAsync(200, "{}");
        admin = await database.NewMemberAsync(tenant, role);
        var form = Form(("base_url", inside.Url));
        foreach (
            var answer in (ConnectionAnswer[])
                [
                    await ConnectAsync(form),
                    await UpdateAsync(form),
                    await Connections.CheckAsync(tenant, admin, form, isNew: true, default),
                ]
        )
        {
            answer.Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        }
        inside.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task Another_tenants_channel_should_not_be_found()
    {
        var form = Form();
        await ConnectAsync(form);
        var stranger = await database.NewTenantAsync();
        var them = await database.NewMemberAsync(stranger, MemberRoles.Admin);
        (await Connections.UpdateAsync(stranger, them, form, default)).Error.ShouldBe(
            ChannelErrors.NotFound
        );
        (
            await Connections.CheckStoredAsync(stranger, them, form.ChannelId, default)
        ).Error.ShouldBe(ChannelErrors.NotFound);
        (
            await Connections.RemoveAsync(stranger, them, form.ChannelId, "Shop", default)
        ).Error.ShouldBe(ChannelErrors.NotFound);
    }

    [Fact]
    public async Task Address_of_its_own_should_be_ignored_outside_development()
    {
        await using var evil = await AnswerServer.StartAsync(200, "{}");
        (await ConnectAsync(Form(("base_url", evil.Url)))).IsOk.ShouldBeTrue();
        evil.Requests.ShouldBe(0);
    }

    private ChannelConnections Connections => database.Get<ChannelConnections>();

    private ChannelForm Form(params (string Field, string Value)[] changed) =>
        new(Guid.CreateVersion7(), ChannelTypes.WhatsApp, "Shop", Values(changed));

    private Dictionary<string, string> Values(params (string Field, string Value)[] changed)
    {
        var values = new Dictionary<string, string>
        {
            ["phone_number_id"] = number,
            ["waba_id"] = database.Simulator.State.Channels.Find(number)!.WabaId,
            ["access_token"] = Token,
            ["app_secret"] = Fixtures.AppSecret,
            ["verify_token"] = "verify",
        };
        foreach (var (field, value) in changed)
        {
            values[field] = value;
        }
        return values;
    }

    private Task<ConnectionAnswer> ConnectAsync(ChannelForm form) =>
        Connections.ConnectAsync(tenant, admin, form, default);

    private Task<ConnectionAnswer> UpdateAsync(ChannelForm form) =>
        Connections.UpdateAsync(tenant, admin, form, default);

    private Task<ChannelRow?> FindAsync(Guid id) =>
        database.ReadAsync(tenant, unit => unit.FindChannelAsync(id, default));

    private Task<OpenRoute?> RouteAsync() =>
        database.Get<RouteDirectory>().FindAsync(ChannelTypes.WhatsApp, number, default);

    public sealed class Database : TestDatabase, IAsyncLifetime
    {
        public SimulatorHost Simulator { get; private set; } = null!;

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            Simulator = await SimulatorHost.StartAsync();
            await InitializeAsync();
        }

        async ValueTask IAsyncDisposable.DisposeAsync()
        {
            await DisposeAsync();
            await Simulator.DisposeAsync();
        }

        protected override void Configure(IServiceCollection collection) =>
            collection.AddFlameJobs(
                new ConfigurationBuilder()
                    .AddInMemoryCollection([
                        new("Flame:Channels:Graph:BaseUrl", Simulator.Url),
                        new("Flame:Outbound:AllowedPrivateHosts", "127.0.0.1"),
                        new("Flame:PublicUrl", "https://flame.test/"),
                    ])
                    .Build()
            );
    }
}
