using System.Text.Json;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Channels;

public sealed class ChangeChannelTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Actor admin = null!;
    private Guid channel;
    private string account = "";

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        account = database.Next("300000");
        channel = await database.NewChannelAsync(tenant, "Shop", account);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // ---------------------------------------------------------------- settings and name

    [Fact]
    public async Task Update_should_replace_settings_and_secrets_and_show_no_secret()
    {
        var moved = database.Next("300000");
        await DoAsync(
            new UpdateChannel(channel, Draft("Store", moved, "new-token"), database.Secrets)
        );

        var row = (await FindAsync()).ShouldNotBeNull();
        (row.Name, row.AccountId, row.Status).ShouldBe(("Store", moved, ChannelStatuses.Active));
        row.Settings["region"].ShouldBe("ar");
        row.Secrets.ShouldBe(["access_token"]);
        JsonSerializer.Serialize(row).ShouldNotContain("new-token");
        row.Health.LastCheckedAt.ShouldBeNull();
        (await RouteAsync(account)).ShouldBeNull();
        (await RouteAsync(moved))!.AppSecret.ShouldBe("new-secret");
        var stored = await database.ReadAsync(
            tenant,
            unit => unit.ReadChannelCredentialsAsync(channel, default),
            admin
        );
        database
            .Secrets.Unprotect(tenant.Id, channel, "access_token", stored["access_token"])
            .Value.ShouldBe("new-token");
    }

    [Fact]
    public async Task Update_should_heal_a_channel_in_error_and_leave_a_pause_alone()
    {
        await database.DoAsync(
            tenant,
            Actor.System,
            new NoteChannelCheck(channel, ("190", "The token is no longer valid."), NeedsAuth: true)
        );
        var broken = (await FindAsync())!;
        (broken.Status, broken.StatusDetail, broken.Health.NeedsAuth).ShouldBe(
            (ChannelStatuses.Error, ChannelDetails.Disconnected, true)
        );

        await DoAsync(new UpdateChannel(channel, Draft("Shop", account, "new"), database.Secrets));
        var healed = (await FindAsync())!;
        (healed.Status, healed.ErrorMessage, healed.Health.NeedsAuth).ShouldBe(
            (ChannelStatuses.Active, null, false)
        );
        healed.Health.LastCheckedAt.ShouldBe(database.Clock.GetUtcNow());

        await DoAsync(new PauseChannel(channel));
        await DoAsync(new UpdateChannel(channel, Draft("Shop", account, "x"), database.Secrets));
        (await FindAsync())!.IsPaused.ShouldBeTrue();
    }

    [Fact]
    public async Task Update_should_refuse_an_account_that_is_connected_already()
    {
        var other = database.Next("300000");
        await database.NewChannelAsync(tenant, "Other", other);
        (
            await RunAsync(new UpdateChannel(channel, Draft("Shop", other, "x"), database.Secrets))
        ).Error!.Message.ShouldBe(ChannelErrors.AccountConnected(other, "Other").Message);

        var stranger = await database.NewTenantAsync();
        var theirs = database.Next("300000");
        await database.NewChannelAsync(stranger, "Theirs", theirs);
        (
            await RunAsync(new UpdateChannel(channel, Draft("Shop", theirs, "x"), database.Secrets))
        ).Error!.Message.ShouldBe(ChannelErrors.AccountTaken(theirs).Message);
        (await FindAsync())!.AccountId.ShouldBe(account);
    }

    [Theory]
    [InlineData("  Store  ", null)]
    [InlineData("Taken", "channel.name_taken")]
    [InlineData("   ", "channel.name")]
    [InlineData("long", "channel.name")]
    public async Task Rename_should_take_a_name_that_is_free(string name, string? code)
    {
        await database.NewChannelAsync(tenant, "Taken");
        var renamed = await RunAsync(
            new RenameChannel(channel, name == "long" ? new string('n', 256) : name)
        );
        (renamed.Error?.Code).ShouldBe(code);
        (await FindAsync())!.Name.ShouldBe(code is null ? "Store" : "Shop");
    }

    // ---------------------------------------------------------------- pause

    [Fact]
    public async Task Pause_should_stop_both_ways_until_it_is_resumed()
    {
        var heard = new List<LiveEvent>();
        using (database.Live.Subscribe(tenant.Id, heard.Add))
        {
            await DoAsync(new PauseChannel(channel));
        }
        heard.ShouldContain(new LiveEvent(tenant.Id, LiveKinds.Channel, channel, 0));
        (await FindAsync())!.Status.ShouldBe(ChannelStatuses.Inactive);
        (await RouteAsync(account))!.State.ShouldBe(ChannelRoute.Paused);
        await DoAsync(new PauseChannel(channel));

        await DoAsync(new ResumeChannel(channel));
        var row = (await FindAsync())!;
        (row.Status, row.StatusDetail).ShouldBe((ChannelStatuses.Active, "connected"));
        (await RouteAsync(account))!.State.ShouldBe(ChannelRoute.Active);
    }

    [Fact]
    public async Task Resume_should_not_switch_on_what_no_provider_has_confirmed()
    {
        channel = await database.NewChannelAsync(tenant, confirmed: false);
        (await RunAsync(new ResumeChannel(channel))).Error.ShouldBe(ChannelErrors.NotReady);
        (await RunAsync(new PauseChannel(channel))).Error.ShouldBe(ChannelErrors.NotReady);
    }

    // ---------------------------------------------------------------- removal

    [Fact]
    public async Task Remove_should_ask_for_the_exact_name()
    {
        (await RunAsync(new RemoveChannel(channel, "shop"))).Error.ShouldBe(
            ChannelErrors.NameWrong
        );
        (await FindAsync()).ShouldNotBeNull();
        (await RunAsync(new RemoveChannel(channel, " Shop "))).IsOk.ShouldBeTrue();
        (await FindAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Remove_should_keep_what_was_said_and_fail_what_waits()
    {
        var received = await database.ReceiveAsync(tenant, channel, "5730011", "Good day");
        var sent = await DoAsync(new SendMessage(received.ConversationId, "Wait", "k1"));
        var under = await DoAsync(new SendMessage(received.ConversationId, "Under way", "k2"));
        await database.ExecuteAsync(
            $"UPDATE messages SET status = 'sending' WHERE id = '{under.Id}'",
            tenant
        );

        await DoAsync(new RemoveChannel(channel, "Shop"));

        var thread = await database.ReadAsync(
            tenant,
            unit => unit.ReadThreadAsync(received.ConversationId, null, default),
            admin
        );
        thread.Messages.Select(m => m.Content).ShouldBe(["Good day", "Wait", "Under way"]);
        var (waited, going) = (await MessageAsync(sent.Id), await MessageAsync(under.Id));
        (waited.Status, waited.ErrorCode).ShouldBe(
            (MessageStatuses.Failed, ConversationErrors.ChannelRemoved.Code)
        );
        going.Status.ShouldBe(MessageStatuses.Sending);
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.outbox WHERE kind = '{OutboxKinds.DeliverMessage}' AND subject_id = '{sent.Id}'"
            )
        ).ShouldBe(0);
        (await RunAsync(new SendMessage(received.ConversationId, "Too late", "k3"))).Error.ShouldBe(
            ConversationErrors.ChannelClosed
        );
        (
            await database.AskAsync<string>(
                $"SELECT credentials::text || config::text FROM integrations WHERE id = '{channel}'",
                tenant
            )
        ).ShouldBe("{}{}");
        (
            await database.ReadAsync(tenant, unit => unit.ListChannelRoutingAsync(default), admin)
        )!.ShouldBeEmpty();
    }

    [Fact]
    public async Task Remove_should_free_the_account_and_the_name_for_another_workspace()
    {
        await DoAsync(new RemoveChannel(channel, "Shop"));
        (await RouteAsync(account)).ShouldBeNull();
        var other = await database.NewTenantAsync();
        var theirs = await database.NewChannelAsync(other, "Shop", account);
        theirs.ShouldNotBe(channel);
        await database.NewChannelAsync(tenant, "Shop");
        (
            await database.RunAsync(
                tenant,
                admin,
                new CreateChannel(
                    Draft("Again", account, "x"),
                    database.Secrets,
                    Confirmed: true,
                    Renews: false
                )
            )
        ).Error!.Message.ShouldBe(ChannelErrors.AccountTaken(account).Message);
    }

    [Fact]
    public async Task Removed_account_should_come_back_as_the_channel_that_it_was()
    {
        var received = await database.ReceiveAsync(tenant, channel, "5730012", "Before");
        await DoAsync(new RemoveChannel(channel, "Shop"));

        var again = await DoAsync(
            new CreateChannel(
                Draft("Shop 2", account, "token"),
                database.Secrets,
                Confirmed: true,
                Renews: false
            )
        );

        again.ShouldBe(channel);
        (await FindAsync())!.Name.ShouldBe("Shop 2");
        (await database.ReceiveAsync(tenant, channel, "5730012", "After")).ConversationId.ShouldBe(
            received.ConversationId
        );
    }

    [Fact]
    public async Task Two_removals_and_a_long_name_should_not_collide()
    {
        var name = new string('n', 255);
        await DoAsync(new RenameChannel(channel, name));
        await DoAsync(new RemoveChannel(channel, name));
        var second = await database.NewChannelAsync(tenant, name);
        await DoAsync(new RemoveChannel(second, name));
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM integrations WHERE removed_at IS NOT NULL",
                tenant
            )
        ).ShouldBe(2);
    }

    // ---------------------------------------------------------------- walls

    [Fact]
    public async Task Two_creations_of_one_account_at_once_should_make_one_channel()
    {
        var fresh = database.Next("300000");
        var other = await database.NewTenantAsync();
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(i =>
                    database.RunAsync(
                        i % 2 == 0 ? tenant : other,
                        Actor.System,
                        new CreateChannel(
                            Draft($"Number {i}", fresh, "x"),
                            database.Secrets,
                            Confirmed: true,
                            Renews: false
                        )
                    )
                )
        );

        results.Count(r => r.IsOk).ShouldBe(1);
        results
            .Where(r => !r.IsOk)
            .ShouldAllBe(r =>
                r.Error!.Code == "channel.account_taken"
                || r.Error.Code == "channel.account_connected"
            );
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.channel_routes WHERE account_id = '{fresh}'"
            )
        ).ShouldBe(1);
    }

    [Theory]
    [InlineData(MemberRoles.Manager)]
    [InlineData(MemberRoles.Agent)]
    [InlineData(MemberRoles.Viewer)]
    public async Task Others_should_neither_change_nor_see_settings(string role)
    {
        admin = await database.NewMemberAsync(tenant, role);
        (await FindAsync()).ShouldBeNull();
        (
            await database.ReadAsync(
                tenant,
                unit => unit.ReadChannelCredentialsAsync(channel, default),
                admin
            )
        ).ShouldBeEmpty();
        (await RunAsync(new PauseChannel(channel))).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        (await RunAsync(new RemoveChannel(channel, "Shop"))).Error!.Kind.ShouldBe(
            ErrorKind.Forbidden
        );
    }

    [Fact]
    public async Task Another_tenants_channel_should_not_be_found()
    {
        var stranger = await database.NewTenantAsync();
        var them = await database.NewMemberAsync(stranger, MemberRoles.Admin);
        foreach (
            var operation in (ITenantOperation<bool>[])
                [
                    new PauseChannel(channel),
                    new ResumeChannel(channel),
                    new RenameChannel(channel, "Mine"),
                    new RemoveChannel(channel, "Shop"),
                ]
        )
        {
            (await database.RunAsync(stranger, them, operation)).Error.ShouldBe(
                ChannelErrors.NotFound
            );
        }
        (
            await database.RunAsync(
                stranger,
                them,
                new UpdateChannel(channel, Draft("Mine", account, "x"), database.Secrets)
            )
        ).Error.ShouldBe(ChannelErrors.NotFound);
        (await FindAsync())!.Status.ShouldBe(ChannelStatuses.Active);
    }

    [Fact]
    public async Task Every_change_should_be_in_the_audit()
    {
        await DoAsync(new RenameChannel(channel, "Store"));
        await DoAsync(new PauseChannel(channel));
        await DoAsync(new ResumeChannel(channel));
        await DoAsync(new RemoveChannel(channel, "Store"));
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM activity_log WHERE resource_type = 'integrations' AND action ILIKE '%update%' AND user_id = '{admin.Id}'",
                tenant
            )
        ).ShouldBe(4);
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM activity_log WHERE resource_type = 'channel_health'",
                tenant
            )
        ).ShouldBe(0);
    }

    private static ChannelDraft Draft(string name, string accountId, string token) =>
        new(
            ChannelTypes.WhatsApp,
            name,
            accountId,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["region"] = "ar" },
            new Dictionary<string, string>(StringComparer.Ordinal) { ["access_token"] = token },
            AppSecret: "new-secret",
            VerifyToken: "new-verify"
        );

    private Task<Result<T>> RunAsync<T>(ITenantOperation<T> operation) =>
        database.RunAsync(tenant, admin, operation);

    private Task<T> DoAsync<T>(ITenantOperation<T> operation) =>
        database.DoAsync(tenant, admin, operation);

    private Task<ChannelRow?> FindAsync() =>
        database.ReadAsync(tenant, unit => unit.FindChannelAsync(channel, default), admin);

    private Task<OpenRoute?> RouteAsync(string accountId) =>
        database.Get<RouteDirectory>().FindAsync(ChannelTypes.WhatsApp, accountId, default);

    private Task<Message> MessageAsync(Guid id) =>
        database.ReadAsync(tenant, unit => unit.Db.Messages.SingleAsync(m => m.Id == id));
}
