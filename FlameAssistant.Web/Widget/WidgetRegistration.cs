namespace FlameAssistant.Web.Widget;

/// <summary>The widget's door: what visitors' pages load, and what they say and hear.</summary>
internal static class WidgetRegistration
{
    public static void AddWidget(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<WidgetOptions>(configuration.GetSection("Flame:Widget"));
        services.AddSingleton<WidgetLimits>();
        services.AddSingleton<VisitorDoor>();
        services.AddSingleton<VisitorStreams>();
        services.AddHostedService<VisitorSweep>();
    }

    public static void MapWidget(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/widget.js", ScriptEndpoints.LoaderAsync)
            .AllowAnonymous()
            .ExcludeFromDescription();
        // Whoever calls proves themselves by a token in a header, never by a cookie: nobody's page can call for them.
        var widget = routes
            .MapGroup("/widget")
            .AllowAnonymous()
            .DisableAntiforgery()
            .ExcludeFromDescription();
        widget.MapGet("/frame", ScriptEndpoints.FrameAsync);
        widget.MapGet("/demo/{channelId:guid}", ScriptEndpoints.DemoAsync);
        widget.MapGet("/assets/{name}", ScriptEndpoints.Asset);
        widget.MapPost("/sessions", SessionEndpoints.OpenAsync);
        widget.MapPost("/tickets", SessionEndpoints.TicketAsync);
        widget.MapPost("/messages", VisitorEndpoints.SendAsync);
        widget.MapGet("/messages", VisitorEndpoints.ListAsync);
        widget.MapPost("/typing", VisitorEndpoints.TypingAsync);
        widget.MapPost("/read", VisitorEndpoints.ReadAsync);
        widget.MapPost("/rating", VisitorEndpoints.RateAsync);
        widget.MapPost("/files", VisitorFiles.TakeAsync);
        widget.MapGet("/files/{id:guid}", VisitorFiles.ServeAsync);
        widget.MapGet("/stream", StreamEndpoint.StreamAsync);
    }
}
