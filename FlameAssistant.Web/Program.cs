using FlameAssistant.Data;
using FlameAssistant.Jobs;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Features.Audit;
using FlameAssistant.Web.Features.Channels;
using FlameAssistant.Web.Features.Contacts;
using FlameAssistant.Web.Features.Conversations;
using FlameAssistant.Web.Features.Members;
using FlameAssistant.Web.Features.Notifications;
using FlameAssistant.Web.Features.Platform;
using FlameAssistant.Web.Features.Templates;
using FlameAssistant.Web.Features.Tenancy;
using FlameAssistant.Web.Inbound;
using FlameAssistant.Web.Platform;
using FlameAssistant.Web.Platform.Commands;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;
using FlameAssistant.Web.Widget;

if (CommandLine.IsCommand(args))
{
    return await CommandLine.RunAsync(args);
}

return await Startup.RunAsync(async stop =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddFlameSettings();
    builder.AddFlameTelemetry();
    await using var database = await DatabaseChoice.OpenAsync(
        builder.Configuration,
        builder.Environment,
        stop
    );

    builder.Services.AddFlameData(database.Logins, database.MasterKey);
    builder.Services.AddFlameJobs(builder.Configuration);
    builder.Services.AddFlameWorkers();
    builder.AddMail();
    builder.Services.AddFlameIdentity(builder.Configuration);
    builder.Services.AddTenancy();
    builder.Services.AddConversations();
    builder.Services.AddContacts();
    builder.Services.AddMembers();
    builder.Services.AddChannels();
    builder.Services.AddConversationEndpoints();
    builder.Services.AddNotifications();
    builder.Services.AddTemplates();
    builder.Services.AddTenants();
    builder.Services.AddPlatform();
    builder.Services.AddAudit();
    builder.Services.AddInbound(builder.Configuration);
    builder.Services.AddWidget(builder.Configuration);
    builder.Services.AddDemo(builder.Configuration);
    builder.Services.AddFlameHealth();
    builder.Services.AddWebShell();

    await using var app = builder.Build();
    await app.PrepareDatabaseAsync(stop);

    app.UseFlameTelemetry();
    app.UseErrorPage();
    app.UseSecurityHeaders();
    app.UseWebShell();
    app.UseRouting();
    app.UseAuthentication();
    app.UseTenantGate();
    app.UseSystemGate();
    app.UseAuthorization();
    app.UseAntiforgery();

    app.MapInbound();
    app.MapWidget();
    app.MapConversationEndpoints();
    app.MapContacts();
    app.MapFlameHealth();
    app.MapFlameDashboard();
    app.MapAudit();
    app.MapWebShell();
    await app.ServeAsync(stop);
});
