using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Members;

/// <summary>The expected failures of teams.</summary>
public static class TeamErrors
{
    public static Error NotFound { get; } =
        Error.NotFound("team.not_found", "There is no such team.");

    public static Error Name { get; } =
        Error.Invalid("team.name", "A team's name has 1 to 100 characters.", "name");

    public static Error Description { get; } =
        Error.Invalid(
            "team.description",
            "A team's description has at most 500 characters.",
            "description"
        );

    public static Error Mode { get; } =
        Error.Invalid("team.mode", "The mode is one of none, round_robin or least_loaded.", "mode");

    public static Error Exists(string name) =>
        Error.Invalid("team.exists", $"There is a team '{name}' already.", "name") with
        {
            Args = [name],
        };

    public static Error Members { get; } =
        Error.Invalid(
            "team.members",
            "Somebody of the list is no active member of the workspace.",
            "members"
        );
}
