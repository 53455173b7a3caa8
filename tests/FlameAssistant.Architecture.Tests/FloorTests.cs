using System.Reflection;
using System.Text.RegularExpressions;

namespace FlameAssistant.Architecture.Tests;

public sealed partial class FloorTests
{
    [Fact]
    public void Data_should_know_no_other_floor_no_http_and_no_hangfire() =>
        References(Floors.Data)
            .ShouldNotContain(name =>
                name.StartsWith("FlameAssistant.")
                || name.StartsWith("Hangfire")
                || name.StartsWith("MudBlazor")
                || name.StartsWith("Microsoft.AspNetCore.Http")
                || name.StartsWith("Microsoft.AspNetCore.Mvc")
                || name.StartsWith("Microsoft.AspNetCore.Components")
                || name == "System.Net.Http"
            );

    [Fact]
    public void Jobs_should_know_data_only()
    {
        var names = References(Floors.Jobs);
        names.Where(name => name.StartsWith("FlameAssistant.")).ShouldBe(["FlameAssistant.Data"]);
        names.ShouldNotContain(name =>
            name.StartsWith("MudBlazor") || name.StartsWith("Microsoft.AspNetCore.Components")
        );
    }

    [Theory]
    [InlineData("FlameAssistant.Data", "Shared", "Sql", "Outbox", "Live", "Seeding")]
    // Letters concern every room that writes to people.
    [InlineData("FlameAssistant.Jobs", "Outbox", "Mail")]
    [InlineData(
        "FlameAssistant.Web",
        "Features",
        "Api",
        "Inbound",
        "Widget",
        "Auth",
        "Shared",
        "wwwroot",
        "Properties"
    )]
    public void Floors_should_hold_rooms_and_what_all_rooms_share(
        string floor,
        params string[] shared
    ) =>
        Directory
            .GetDirectories(Path.Combine(Floors.Root, floor))
            .Select(path => Path.GetFileName(path)!)
            .Except(["bin", "obj"])
            .Except(Floors.Rooms)
            .Except(shared)
            .ShouldBeEmpty();

    [Fact]
    public void Features_of_web_should_be_rooms() =>
        Directory
            .GetDirectories(Path.Combine(Floors.Root, "FlameAssistant.Web", "Features"))
            .Select(path => Path.GetFileName(path)!)
            .Except(Floors.Rooms)
            // Sign-in concerns no tenant and so no room.
            .Except(["Account"])
            .ShouldBeEmpty();

    [Fact]
    public void Shared_of_web_should_know_no_feature()
    {
        var shared = Directory.EnumerateFiles(
            Path.Combine(Floors.Root, "FlameAssistant.Web", "Shared"),
            "*.*",
            SearchOption.AllDirectories
        );
        // The door that registers the pages is the one place that names them.
        shared
            .Where(file =>
                Path.GetExtension(file) is ".cs" or ".razor"
                && Path.GetFileName(file) != "WebShell.cs"
            )
            .Where(file =>
                File.ReadAllText(file)
                    .Contains("FlameAssistant.Web.Features", StringComparison.Ordinal)
            )
            .Select(Path.GetFileName)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Components_should_touch_no_database_and_no_identity_store()
    {
        var components = Directory
            .EnumerateFiles(
                Path.Combine(Floors.Root, "FlameAssistant.Web"),
                "*.razor*",
                SearchOption.AllDirectories
            )
            .Where(file =>
                !file.Contains(
                    $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
                    StringComparison.Ordinal
                )
            );
        components
            .Where(file => Forbidden().IsMatch(File.ReadAllText(file)))
            .Select(Path.GetFileName)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Types_should_not_be_called_service_manager_or_helper() =>
        new[] { Floors.Data, Floors.Jobs, Floors.Web }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => VagueName().IsMatch(type.Name))
            .Select(type => type.FullName)
            .ShouldBeEmpty();

    [Fact]
    public void Classes_should_be_sealed_or_static() =>
        new[] { Floors.Data, Floors.Jobs, Floors.Web }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type =>
                type is { IsClass: true, IsSealed: false, IsAbstract: false, IsNested: false }
            )
            .Where(type =>
                !type.Name.StartsWith('<')
                && !type.Name.StartsWith("__")
                && type.Name is not ("Program" or "_Imports")
            )
            // What a .razor file without code-behind makes cannot be sealed there.
            .Where(type =>
                !typeof(Microsoft.AspNetCore.Components.IComponent).IsAssignableFrom(type)
            )
            .Select(type => type.FullName)
            .ShouldBeEmpty();

    [Fact]
    public void Connectors_should_be_folders_that_know_no_other_connector()
    {
        var channels = Path.Combine(Floors.Root, "FlameAssistant.Jobs", "Channels");
        var folders = Directory
            .GetDirectories(channels)
            .ToDictionary(
                path => Path.GetFileName(path),
                path => Directory.GetFiles(path, "*.cs", SearchOption.AllDirectories),
                StringComparer.Ordinal
            );
        // What two of one provider share is a folder too, and knows neither.
        var connectors = folders
            .Where(folder => folder.Value.Any(file => Connector().IsMatch(File.ReadAllText(file))))
            .Select(folder => folder.Key)
            .ToList();
        connectors.Count.ShouldBeGreaterThanOrEqualTo(5);
        foreach (var (folder, files) in folders)
        {
            foreach (var file in files)
            {
                var text = File.ReadAllText(file);
                connectors
                    .Where(other => other != folder)
                    .ShouldNotContain(
                        other => Regex.IsMatch(text, $@"\bJobs\.Channels\.{other}\b"),
                        file
                    );
            }
        }
    }

    [GeneratedRegex(@"sealed class \w+Connector\b[^{]*\bIChannelConnector\b")]
    private static partial Regex Connector();

    [GeneratedRegex(
        @"\b(PlatformDb|TenantDb|UserManager|SignInManager|NpgsqlConnection|IDbContextFactory)\b"
    )]
    private static partial Regex Forbidden();

    [GeneratedRegex("(Service|Manager|Helper|Utils?)$")]
    private static partial Regex VagueName();

    private static List<string> References(Assembly assembly) =>
        [.. assembly.GetReferencedAssemblies().Select(name => name.Name!)];
}
