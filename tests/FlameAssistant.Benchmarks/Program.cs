using FlameAssistant.Benchmarks;
using FlameAssistant.Data.Platform.Embedded;
using FlameAssistant.Testing;

// Ratios in one run, on a server of their own that really writes to disk. Each prints its part of docs/benchmarks.md.
var all = new Dictionary<string, Func<Task>>(StringComparer.Ordinal)
{
    ["unit"] = UnitOfWork.RunAsync,
    ["inbound"] = DurableInbound.RunAsync,
    ["screen"] = WebhookToScreen.RunAsync,
    ["page"] = KeysetPage.RunAsync,
    ["views"] = ReportViews.RunAsync,
    ["upgrade"] = TenantUpgrade.RunAsync,
    ["memory"] = BackendMemory.RunAsync,
    ["tenants"] = TenantCreation.RunAsync,
    ["circuit"] = CircuitMemory.RunAsync,
    ["inboxes"] = ManyInboxes.RunAsync,
    ["channels"] = ChannelLatency.RunAsync,
    ["widget"] = OpenWidgets.RunAsync,
    ["import"] = ContactImport.RunAsync,
    ["inbox"] = InboxScale.RunSmallAsync,
    ["scale"] = InboxScale.RunAsync,
    ["tenfold"] = InboxScale.RunTenfoldAsync,
};

// Ten million messages take their time, and ten thousand are in "scale": both are asked for by name.
var chosen = args is [] or ["all"]
    ? [.. all.Keys.Where(name => name is not ("tenfold" or "inbox"))]
    : args;
if (Array.Find(chosen, name => !all.ContainsKey(name)) is { } unknown)
{
    await Console.Error.WriteLineAsync(
        $"There is no benchmark '{unknown}': choose from {string.Join(", ", all.Keys)}."
    );
    return 2;
}

var root = Directory.CreateTempSubdirectory("flame-bench-").FullName;
string data;
await using (
    var server = await EmbeddedPostgres.StartAsync(
        new EmbeddedPostgresOptions { RootPath = root, Durable = true },
        line => Console.Error.WriteLine(line)
    )
)
{
    data = server.DataPath;
    Environment.SetEnvironmentVariable(PostgresServer.Variable, server.ConnectionString);
    Console.WriteLine(
        $"PostgreSQL {server.Version}, {Environment.ProcessorCount} cores, .NET {Environment.Version}"
    );
    foreach (var name in chosen)
    {
        var load = LoadAverage();
        await all[name]();
        Console.WriteLine();
        Console.WriteLine($"({name}: load average {load} before, {LoadAverage()} after)");
    }
}
Directory.Delete(root, recursive: true);

// Where the server's user cannot enter a temporary folder, its data are elsewhere.
if (Directory.GetParent(data)!.Parent is { Exists: true } cluster)
{
    cluster.Delete(recursive: true);
}
return 0;

// How busy the machine is with this and everything else: what times, and less so ratios, have to be read with.
static string LoadAverage() =>
    File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
