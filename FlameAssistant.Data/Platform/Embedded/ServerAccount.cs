namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>The user that PostgreSQL runs as: ourselves, or an unprivileged one when we are root.</summary>
internal sealed record ServerAccount(string? User)
{
    internal static async Task<ServerAccount> ChooseAsync(
        string? existingData,
        CancellationToken ct
    )
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerAccount(User: null);

        // Data that an ordinary user made stays theirs when root starts the server once.
        if (existingData is not null && await OwnerOfAsync(existingData, ct) is { } owner)
            return new ServerAccount(owner);

        var known = (await File.ReadAllLinesAsync("/etc/passwd", ct))
            .Select(line => line.Split(':')[0])
            .ToHashSet(StringComparer.Ordinal);
        var user = new[] { "postgres", "_postgres", "nobody" }.FirstOrDefault(known.Contains);
        return user is null
            ? throw EmbeddedPostgresException.NoAccount(user)
            : new ServerAccount(user);
    }

    internal Task<CommandResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken ct
    ) => Command.RunAsync(User, program, arguments, ct);

    internal async Task<bool> CanEnterAsync(string folder, CancellationToken ct) =>
        User is null || (await RunAsync("/bin/sh", ["-c", "cd \"$0\"", folder], ct)).Succeeded;

    /// <summary>Gives a file or folder of ours to the server's user.</summary>
    internal async Task GiveAsync(string path, CancellationToken ct)
    {
        if (User is null)
            return;
        var result = await Command.RunAsync(user: null, "chown", ["-R", $"{User}:", path], ct);
        if (!result.Succeeded)
            throw EmbeddedPostgresException.NotWritable(path, new IOException(result.Reason));
    }

    private static async Task<string?> OwnerOfAsync(string path, CancellationToken ct)
    {
        string[] format = OperatingSystem.IsMacOS() ? ["-f", "%Su"] : ["-c", "%U"];
        var result = await Command.RunAsync(user: null, "stat", [.. format, path], ct);
        var owner = result.Output.Trim();
        return result.Succeeded && owner is not ("" or "root" or "UNKNOWN") ? owner : null;
    }
}
