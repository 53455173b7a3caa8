using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Channels;

public static class ChannelErrors
{
    public static Error NotFound { get; } =
        Error.NotFound("channel.not_found", "There is no such channel.");

    public static Error NameInvalid { get; } =
        Error.Invalid("channel.name", "The name has 1 to 255 characters.", "name");

    public static Error AccountInvalid { get; } =
        Error.Invalid(
            "channel.account",
            "The account's id at the provider has 1 to 255 characters.",
            "accountId"
        );

    public static Error NameWrong { get; } =
        Error.Invalid(
            "channel.name_wrong",
            "This is not the channel's name. Type it exactly as it is shown.",
            "name"
        );

    public static Error NotReady { get; } =
        Error.Conflict(
            "channel.not_ready",
            "The channel was never connected: enter its settings, and it is checked with the provider."
        );

    /// <summary>Kept until then, and done by a replay.</summary>
    public static Error Upgrading { get; } =
        Error.Invalid(
            "channel.upgrading",
            "The workspace waits for an upgrade: replay this afterwards."
        );

    public static Error NameTaken(string name) =>
        Error.Conflict(
            "channel.name_taken",
            $"The workspace has a channel of this type named '{name}': choose another name."
        ) with
        {
            Args = [name],
        };

    public static Error AccountTaken(string accountId) =>
        Error.Conflict(
            "channel.account_taken",
            $"The account {accountId} is connected to another workspace: disconnect it there first."
        ) with
        {
            Args = [accountId],
        };

    public static Error AccountConnected(string accountId, string name) =>
        Error.Conflict(
            "channel.account_connected",
            $"The account {accountId} is connected already, as '{name}': change its settings there."
        ) with
        {
            Args = [accountId, name],
        };
}
