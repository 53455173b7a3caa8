namespace FlameAssistant.Simulator;

/// <summary>The simulator's own errors, in one shape.</summary>
internal static class Wrong
{
    public static IResult Input(string why) => Results.BadRequest(new { error = why });

    public static IResult Channel(string id) =>
        Results.NotFound(
            new { error = $"No channel {id}; add it by PUT /simulator/channels/{id}." }
        );
}
