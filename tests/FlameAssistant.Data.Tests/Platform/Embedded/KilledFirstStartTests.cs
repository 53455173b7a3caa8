using System.Runtime.Versioning;

namespace FlameAssistant.Data.Tests.Platform.Embedded;

/// <summary>A process that is killed while it makes its server.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KilledFirstStartTests : ServerFolderTests
{
    [Theory]
    [InlineData(150)]
    [InlineData(400)]
    [InlineData(700)]
    [InlineData(1000)]
    [InlineData(1300)]
    public async Task StartAsync_should_heal_a_first_start_killed_in_the_middle(int milliseconds)
    {
        using var child = await ChildOwner.StartAsync(Root, waitUntilReady: false);
        await Task.Delay(milliseconds);
        child.Kill();
        await child.WaitForExitAsync();

        await using var server = await StartAsync();

        server.Owned.ShouldBeTrue();
        (await AskAsync(server, "SELECT current_user || current_database()")).ShouldBe(
            "flameflame"
        );
    }
}
