using System.Net;
using System.Net.Sockets;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Npgsql;

namespace FlameAssistant.E2E.Tests.Startup;

public sealed class CommandTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string[] channelFields =
    [
        "--set",
        "phone_number_id=123456",
        "--set",
        "waba_id=1",
        "--set",
        "access_token=secret-token",
        "--set",
        "app_secret=secret-app",
    ];

    [Fact]
    public async Task Good_input_should_print_only_the_result()
    {
        var tenant = await RunAsync(Tenant("good", "owner@good.test"));
        ShouldPrintAnId(tenant);
        // What to do next is no result.
        tenant.Error.Length.ShouldBe(2);
        tenant.Error[0].ShouldContain("no password yet");
        tenant.Error[1].ShouldContain("/account/invitation?token=");

        var user = await RunAsync(User("owner@good.test", "good", "tenant_admin"));
        ShouldPrintAnId(user);
        user.Error.ShouldBeEmpty();
        var again = await RunAsync(User("owner@good.test", "good", "tenant_admin"));
        again.Out.ShouldBe(user.Out);

        var channel = await RunAsync([
            "channel",
            "create",
            "--tenant",
            "good",
            "--type",
            "whatsapp",
            "--name",
            "WhatsApp",
            .. channelFields,
            "--set",
            "verify_token=v",
        ]);
        ShouldPrintAnId(channel);
        channel.Error.ShouldBeEmpty();

        var list = await RunAsync("tenant", "list");
        list.ExitCode.ShouldBe(0);
        list.Out.ShouldContain(line => line.StartsWith("good\t", StringComparison.Ordinal));
        list.Out.ShouldNotContain(line => line.StartsWith("system", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("A-Shop", "o@x.test", "slug")]
    [InlineData("1shop", "o@x.test", "slug")]
    [InlineData("x';drop", "o@x.test", "slug")]
    [InlineData("admin", "o@x.test", "reserved")]
    [InlineData("system", "o@x.test", "reserved")]
    [InlineData("shop-without-owner", "nobody", "e-mail")]
    public async Task Tenant_create_should_refuse_bad_input(string slug, string owner, string says)
    {
        var before = await TenantsAsync();

        ShouldRefuse(await RunAsync(Tenant(slug, owner)), says);

        (await TenantsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Tenant_create_should_refuse_a_slug_that_is_taken()
    {
        var taken = await database.NewTenantAsync();

        ShouldRefuse(await RunAsync(Tenant(taken.Slug, "o@x.test")), "already");
    }

    [Fact]
    public async Task Tenant_suspend_and_resume_should_print_what_it_is_now()
    {
        var tenant = await database.NewTenantAsync();
        foreach (
            var (command, status) in ((string, string)[])
                [("suspend", "suspended"), ("suspend", "suspended"), ("resume", "active")]
        )
        {
            ShouldPrint(
                await RunAsync("tenant", command, "--slug", tenant.Slug),
                $"{tenant.Slug}\t{status}"
            );
            (await StatusAsync(tenant)).ShouldBe(status);
        }
    }

    [Fact]
    public async Task Tenant_drop_should_ask_for_the_slug_and_keep_the_data_for_the_grace_period()
    {
        var tenant = await database.NewTenantAsync();
        string[] drop = ["tenant", "drop", "--slug", tenant.Slug];

        ShouldRefuse(await RunAsync(drop), $"--confirm {tenant.Slug}");
        ShouldRefuse(await RunAsync([.. drop, "--now"]), $"--confirm {tenant.Slug}");
        ShouldRefuse(await RunAsync([.. drop, "--confirm", "another"]), "type its slug");
        (await StatusAsync(tenant)).ShouldBe("active");

        var deleted = await RunAsync([.. drop, "--confirm", tenant.Slug]);
        deleted.ExitCode.ShouldBe(0);
        deleted.Out.ShouldBe([$"{tenant.Slug}\tdeleted"]);
        deleted.Error.ShouldHaveSingleItem().ShouldContain("is kept until");
        ShouldRefuse(await RunAsync(drop), "is kept until");
        (await SchemasAsync(tenant)).ShouldBe(1);

        ShouldPrint(await RunAsync([.. drop, "--now"]), $"{tenant.Slug}\tdropped");
        (await SchemasAsync(tenant)).ShouldBe(0);
        (await StatusAsync(tenant)).ShouldBeNull();
    }

    [Theory]
    [InlineData("suspend")]
    [InlineData("resume")]
    [InlineData("drop")]
    public async Task Commands_of_a_tenants_life_should_refuse_the_system_and_unknown_ones(
        string command
    )
    {
        foreach (var slug in (string[])["system", "nowhere"])
        {
            ShouldRefuse(
                await RunAsync("tenant", command, "--slug", slug),
                $"There is no tenant '{slug}'"
            );
        }
        ShouldRefuse(await RunAsync("tenant", command), "--slug");
    }

    [Fact]
    public async Task Channel_create_should_name_the_missing_field_and_make_nothing()
    {
        var tenant = await database.NewTenantAsync();

        ShouldRefuse(
            await RunAsync([
                "channel",
                "create",
                "--tenant",
                tenant.Slug,
                "--type",
                "whatsapp",
                "--name",
                "W",
                .. channelFields,
            ]),
            "verify_token"
        );

        (await database.AskAsync<long>("SELECT count(*) FROM integrations", tenant)).ShouldBe(0);
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.channel_routes WHERE tenant_id = '{tenant.Id}'"
            )
        ).ShouldBe(0);
    }

    [Theory]
    [InlineData(
        "There is no tenant 'nowhere'",
        "user",
        "create",
        "--email",
        "a@x.test",
        "--password",
        "long-enough-1",
        "--tenant",
        "nowhere",
        "--role",
        "tenant_user"
    )]
    [InlineData(
        "There is no tenant 'nowhere'",
        "channel",
        "create",
        "--tenant",
        "nowhere",
        "--type",
        "whatsapp",
        "--name",
        "W"
    )]
    [InlineData(
        "--role",
        "user",
        "create",
        "--email",
        "a@x.test",
        "--password",
        "long-enough-1",
        "--tenant",
        "nowhere"
    )]
    [InlineData("e-mail", "user", "create", "--email", "nobody", "--password", "long-enough-1")]
    [InlineData("password", "user", "create", "--email", "a@x.test", "--password", "short")]
    [InlineData("--slug", "tenant", "create", "--name", "X", "--owner", "a@x.test")]
    [InlineData("dance", "dance")]
    [InlineData("dance", "tenant", "dance")]
    [InlineData("--help", "tenant")]
    public async Task Bad_input_should_be_refused_in_one_line(
        string says,
        params string[] arguments
    )
    {
        ShouldRefuse(await RunAsync(arguments), says);

        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM shared.users WHERE email IN ('a@x.test', 'nobody')"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task Start_should_say_that_the_password_is_wrong() =>
        ShouldRefuse(
            await RunAsync([("ConnectionStrings__Flame", With(c => c.Password = "wrong"))]),
            "password"
        );

    [Fact]
    public async Task Start_should_say_that_the_host_is_unknown() =>
        ShouldRefuse(
            await RunAsync([("ConnectionStrings__Flame", With(c => c.Host = "nowhere.invalid"))]),
            "nowhere.invalid"
        );

    [Fact]
    public async Task Start_should_say_that_the_port_is_taken()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        ShouldRefuse(await RunAsync([("Flame__Urls", $"http://localhost:{port}")]), "is taken");
    }

    [Fact]
    public async Task Production_should_not_start_without_a_master_key() =>
        ShouldRefuse(
            await RunAsync([
                ("ASPNETCORE_ENVIRONMENT", "Production"),
                ("Flame__Secrets__MasterKey", ""),
            ]),
            "Flame__Secrets__MasterKey"
        );

    private Task<Ended> RunAsync(params string[] arguments) => RunAsync([], arguments);

    private Task<Ended> RunAsync((string, string)[] settings, params string[] arguments) =>
        AppProcess.RunAsync(
            [
                ("ConnectionStrings__Flame", database.Logins.Owner),
                ("Flame__Secrets__MasterKey", TestDatabase.MasterKeyText),
                ("Flame__Urls", $"http://localhost:{AppProcess.FreePort()}"),
                .. settings,
            ],
            arguments
        );

    private static string[] Tenant(string slug, string owner) =>
        ["tenant", "create", "--slug", slug, "--name", "A tenant", "--owner", owner];

    private static string[] User(string email, string tenant, string role) =>
        [
            "user",
            "create",
            "--email",
            email,
            "--password",
            "flame-test-2026",
            "--tenant",
            tenant,
            "--role",
            role,
        ];

    private string With(Action<NpgsqlConnectionStringBuilder> change)
    {
        var builder = new NpgsqlConnectionStringBuilder(database.Logins.Owner);
        change(builder);
        return builder.ConnectionString;
    }

    private Task<string?> TenantsAsync() =>
        database.AskAsync<string>(
            """
            SELECT concat_ws(' ', (SELECT count(*) FROM shared.tenants), (SELECT count(*) FROM shared.users),
                                  (SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'tenant%'))
            """
        );

    private static void ShouldPrintAnId(Ended ended)
    {
        ended.ExitCode.ShouldBe(0, string.Join('\n', ended.Error));
        Guid.TryParse(ended.Out.ShouldHaveSingleItem(), out _).ShouldBeTrue();
    }

    private static void ShouldPrint(Ended ended, string line)
    {
        ended.ExitCode.ShouldBe(0, string.Join('\n', ended.Error));
        ended.Out.ShouldBe([line]);
        ended.Error.ShouldBeEmpty();
    }

    private Task<string?> StatusAsync(TenantRef tenant) =>
        database.AskAsync<string>($"SELECT status FROM shared.tenants WHERE id = '{tenant.Id}'");

    private Task<long> SchemasAsync(TenantRef tenant) =>
        database.AskAsync<long>(
            $"SELECT count(*) FROM pg_namespace WHERE nspname = '{tenant.SchemaName}'"
        );

    private static void ShouldRefuse(Ended ended, string says)
    {
        ended.ExitCode.ShouldNotBe(0);
        ended.Error.ShouldHaveSingleItem().ShouldContain(says);
        ended.Out.ShouldBeEmpty();
    }
}
