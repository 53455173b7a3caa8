using System.Runtime.Versioning;

namespace FlameAssistant.Data.Tests.Platform.Embedded;

/// <summary>One server that several processes use.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SharedServerTests(ServerFolder folder)
    : ServerFolderTests(folder),
        IClassFixture<ServerFolder>
{
    [Fact]
    public async Task StartAsync_should_attach_to_the_server_of_another_process_and_leave_it_running()
    {
        using var child = await ChildOwner.StartAsync(Root);
        await using (var attached = await StartAsync())
        {
            attached.Owned.ShouldBeFalse();
            (await AskAsync(attached, "SELECT current_user")).ShouldBe("flame");
        }

        await using (var again = await StartAsync())
            (await AskAsync(again, "SELECT 1")).ShouldBe("1");
        PidFile().ShouldNotBeNull();
        await EndAsync(child);
        PidFile().ShouldBeNull();
    }

    [Fact]
    public async Task DisposeAsync_should_leave_the_server_to_those_who_still_use_it()
    {
        using var child = await ChildOwner.StartAsync(Root);
        var attached = await StartAsync();

        await EndAsync(child);
        (await AskAsync(attached, "SELECT 1")).ShouldBe("1");

        await attached.DisposeAsync();
        PidFile().ShouldBeNull();
    }

    [Fact]
    public async Task StartAsync_should_take_over_the_server_of_a_killed_process()
    {
        using var child = await ChildOwner.StartAsync(Root);
        var pid = await ServerPidAsync();
        child.Kill();
        await child.WaitForExitAsync();

        await using (var server = await StartAsync())
        {
            server.Owned.ShouldBeTrue();
            (await ServerPidAsync()).ShouldBe(pid);
            (await AskAsync(server, "SELECT 1")).ShouldBe("1");
        }

        PidFile().ShouldBeNull();
    }
}
