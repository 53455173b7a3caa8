namespace FlameAssistant.Web.Features.Conversations;

/// <summary>The door of what conversations have beside the inbox: files and ratings.</summary>
internal static class ConversationEndpoints
{
    public static void AddConversationEndpoints(this IServiceCollection services) =>
        services.AddSingleton<RatingLimits>();

    public static void MapConversationEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapFiles();
        routes.MapRatings();
    }
}
