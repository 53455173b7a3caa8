namespace FlameAssistant.Data.Conversations;

/// <summary>How waiting conversations find an agent by themselves.</summary>
public static class AssignmentModes
{
    public const string None = "none";

    /// <summary>To whoever was given one the longest time ago.</summary>
    public const string RoundRobin = "round_robin";

    /// <summary>To whoever has the fewest open ones.</summary>
    public const string LeastLoaded = "least_loaded";

    public static readonly IReadOnlyList<string> All = [None, RoundRobin, LeastLoaded];
}
