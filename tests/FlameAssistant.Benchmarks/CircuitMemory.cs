using System.Globalization;
using System.Reflection;
using FlameAssistant.Data.Members;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace FlameAssistant.Benchmarks;

/// <summary>
/// What an open page costs the server, and how soon it is there: the inbox, and the list of a thousand tenants. The app runs
/// in this process, so that its heap can be collected and counted. Counted are circuits without a browser, whose driver keeps
/// megabytes of its own per page in the same heap; what the client's end of the connection takes is still in the figure.
/// </summary>
internal static class CircuitMemory
{
    private const string Password = "bench-password-1";
    private const int Pages = 20;
    private const int Loads = 15;
    private const int Tenants = 1000;

    public static async Task RunAsync()
    {
        // Not dropped: the app in this process keeps its connections, and it all goes with the server.
        var database = await TestDatabase.CreateAsync();
        var tenant = await database.NewTenantAsync("bench");
        var channel = await database.NewChannelAsync(tenant);
        for (var i = 0; i < 60; i++)
        {
            await database.ReceiveAsync(tenant, channel, $"54911{i:0000000}", "Hello, is it open?");
        }
        await NewUserAsync(
            database,
            new NewUser("agent@bench.test", Password, tenant, MemberRoles.Agent)
        );
        // A member of the thousand: the agent's own list of workspaces stays what it is in life.
        await NewUserAsync(database, new NewUser("everywhere@bench.test", Password));
        await NewUserAsync(database, new NewUser("root@bench.test", Password, IsSuperAdmin: true));
        await database.ExecuteAsync(
            $"""
            INSERT INTO shared.tenants (id, slug, name, schema_name, status, subscription_plan)
            SELECT gen_random_uuid(), 'bench-' || n, 'Company ' || n, 'tenant_bench_' || n, 'active', 'starter' FROM generate_series(1, {Tenants}) n;
            INSERT INTO shared.tenant_users (id, tenant_id, user_id, role, last_active_at)
            SELECT gen_random_uuid(), t.id, u.id, 'tenant_user', now() FROM shared.tenants t, shared.users u
             WHERE t.slug LIKE 'bench-%' AND u.email = 'everywhere@bench.test';
            INSERT INTO shared.tenant_usage (tenant_id, storage_bytes, messages_in, messages_out, measured_at)
            SELECT id, (random() * 1e9)::bigint, 10, 10, now() FROM shared.tenants WHERE slug LIKE 'bench-%';
            ANALYZE;
            """
        );
        var address = await StartHereAsync(database);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath =
                    Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? "/usr/bin/chromium",
                Args =
                [
                    "--no-sandbox",
                    "--disable-dev-shm-usage",
                    "--disable-background-networking",
                ],
            }
        );
        Console.WriteLine();
        Console.WriteLine(
            $"### A page on the server, and its way to the screen ({Pages} open pages, {Loads} loads)"
        );
        Console.WriteLine();
        Console.WriteLine(
            "| page | managed memory per circuit | first paint, median (p95) | rows on the screen, median (p95) |"
        );
        Console.WriteLine("|---|---|---|---|");
        await MeasureAsync(
            browser,
            address,
            "/t/bench/inbox",
            "conversation-row",
            "Hello, is it open?",
            "agent@bench.test"
        );
        await MeasureAsync(
            browser,
            address,
            "/system/tenants",
            "tenant",
            "Company",
            "root@bench.test"
        );
    }

    private static async Task MeasureAsync(
        IBrowser browser,
        string address,
        string path,
        string row,
        string text,
        string user
    )
    {
        await using var context = await browser.NewContextAsync(new() { BaseURL = address });
        context.SetDefaultTimeout(60_000);
        var first = await context.NewPageAsync();
        await first.GotoAsync("/account/login");
        await first.FillAsync("input[name='Form.User']", user);
        await first.FillAsync("input[name='Form.Password']", Password);
        await first.PressAsync("input[name='Form.Password']", "Enter");
        await first.WaitForURLAsync(
            url => !url.Contains("/account/login", StringComparison.Ordinal),
            new() { WaitUntil = WaitUntilState.Commit }
        );

        var paint = new Sample("first paint");
        var rows = new Sample("rows");
        for (var i = 0; i < Loads + 3; i++)
        {
            await first.GotoAsync(path);
            await first.GetByTestId(row).First.WaitForAsync();
            var (painted, shown) = (
                await first.EvaluateAsync<double>(
                    "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now()"
                ),
                await first.EvaluateAsync<double>("performance.now()")
            );
            if (i >= 3)
            {
                paint.Add(TimeSpan.FromMilliseconds(painted));
                rows.Add(TimeSpan.FromMilliseconds(shown));
            }
        }
        await first.CloseAsync();

        var cookies = await HeadlessCircuit.SignInAsync(address, user, Password);
        var before = await SettledAsync();
        var circuits = new List<HeadlessCircuit>();
        for (var i = 0; i < Pages; i++)
        {
            circuits.Add(await HeadlessCircuit.OpenAsync(address, path, cookies, text));
        }
        var after = await SettledAsync();
        foreach (var circuit in circuits)
        {
            await circuit.DisposeAsync();
        }
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| `{path}` | {(after - before) / (double)Pages / (1 << 20):0.00} MB | {paint.Median:0} ms ({paint.At(0.95):0}) | {rows.Median:0} ms ({rows.At(0.95):0}) |"
            )
        );
    }

    /// <summary>Bytes of the managed heap, once two counts in a row agree: pages that were left are still taken down.</summary>
    private static async Task<long> SettledAsync()
    {
        var last = long.MaxValue;
        for (var i = 0; i < 15; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            var now = GC.GetTotalMemory(forceFullCollection: true);
            if (Math.Abs(now - last) < 256 * 1024)
            {
                return now;
            }
            last = now;
        }
        return last;
    }

    /// <summary>Until the process ends: the app has no other way to be stopped from within.</summary>
    private static async Task<string> StartHereAsync(TestDatabase database)
    {
        var address = $"http://localhost:{AppUnderTest.FreePort()}";
        Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", "Development");
        Environment.SetEnvironmentVariable("ConnectionStrings__Flame", database.Logins.Owner);
        Environment.SetEnvironmentVariable("Flame__Secrets__MasterKey", AppUnderTest.MasterKey);
        Environment.SetEnvironmentVariable("Flame__Urls", address);
        var main = Assembly
            .LoadFrom(Path.Combine(AppContext.BaseDirectory, "FlameAssistant.Web.dll"))
            .EntryPoint!;
        string[] arguments =
        [
            "--contentRoot",
            AppUnderTest.WebFolder(),
            "--applicationName",
            "FlameAssistant.Web",
        ];
        _ = Task.Factory.StartNew(
            () => main.Invoke(null, [arguments]),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        using var http = new HttpClient();
        await Eventually.IsTrueAsync(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync($"{address}/health/ready");
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            within: TimeSpan.FromMinutes(1)
        );
        return address;
    }

    private static async Task NewUserAsync(TestDatabase database, NewUser user)
    {
        await using var scope = database.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<CreateUser>()
            .RunAsync(user, CancellationToken.None);
    }
}
