using System.Globalization;
using FlameAssistant.Jobs.Platform;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace FlameAssistant.Web.Platform;

/// <summary>Structured logs on stdout, traces and metrics by OTLP where an endpoint is set, metrics at /metrics.</summary>
internal static class FlameTelemetry
{
    public static void AddFlameTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSerilog(
            (_, log) =>
            {
                log.MinimumLevel.Information()
                    .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                    .MinimumLevel.Override("System", LogEventLevel.Warning)
                    .MinimumLevel.Override("Hangfire", LogEventLevel.Warning)
                    // Its errors are told by whoever ran the command; its parameters may be customers' words.
                    .MinimumLevel.Override("Microsoft.EntityFrameworkCore", LogEventLevel.Error)
                    .MinimumLevel.Override("Npgsql", LogEventLevel.Error)
                    .ReadFrom.Configuration(builder.Configuration)
                    .KeepQuiet()
                    .Enrich.FromLogContext();
                if (builder.Environment.IsDevelopment())
                {
                    log.WriteTo.Console(
                        outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}",
                        formatProvider: CultureInfo.InvariantCulture
                    );
                }
                else
                {
                    log.WriteTo.Console(new RenderedCompactJsonFormatter());
                }
            }
        );

        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("flame-assistant"))
            .WithMetrics(metrics =>
                metrics
                    .AddAspNetCoreInstrumentation()
                    .AddMeter(
                        "Npgsql",
                        "Microsoft.AspNetCore.Components",
                        "Microsoft.AspNetCore.Components.Server.Circuits"
                    )
                    .AddMeter(FlameMeter.Name)
                    // One series per component and parameter set: too many to keep.
                    .AddView(
                        "aspnetcore.components.update_parameters.duration",
                        MetricStreamConfiguration.Drop
                    )
                    .AddPrometheusExporter()
            )
            .WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddNpgsql());
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry
                .WithMetrics(metrics => metrics.AddOtlpExporter())
                .WithTracing(traces => traces.AddOtlpExporter());
        }
    }

    public static void UseFlameTelemetry(this WebApplication app)
    {
        app.UseSerilogRequestLogging(options =>
        {
            // Paths and states only: queries carry tokens. What goes well is not worth a line each.
            options.MessageTemplate =
                "{RequestMethod} {RequestPath} {StatusCode} in {Elapsed:0} ms";
            options.GetMessageTemplateProperties = (context, path, elapsed, status) =>
                [
                    new("RequestMethod", new ScalarValue(context.Request.Method)),
                    new("RequestPath", new ScalarValue(QuietLogs.Path(path))),
                    new("StatusCode", new ScalarValue(status)),
                    new("Elapsed", new ScalarValue(elapsed)),
                ];
            options.GetLevel = (context, _, error) =>
                error is not null || context.Response.StatusCode >= 500
                    ? LogEventLevel.Error
                    : LogEventLevel.Debug;
        });
        // For scrapers beside it; what must be reached from elsewhere goes by OTLP.
        app.UseOpenTelemetryPrometheusScrapingEndpoint(context =>
            context.Request.Path == "/metrics"
            && context.Connection.RemoteIpAddress is { } caller
            && OutboundAddresses.IsSpecial(caller)
            && !context.Request.Headers.ContainsKey("X-Forwarded-For")
        );
    }
}
