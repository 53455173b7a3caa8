using System.Globalization;
using System.Text;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Contacts;

/// <summary>The list as CSV, and what became of a file that was brought in; streamed page by page.</summary>
internal static class ContactEndpoints
{
    private const int BatchSize = 1000;

    public static void MapContacts(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/t/{slug}/contacts.csv", ExportAsync)
            .RequireAuthorization()
            .ExcludeFromDescription();
        routes
            .MapGet("/t/{slug}/contacts/import/{id:guid}/report.csv", ReportAsync)
            .RequireAuthorization()
            .ExcludeFromDescription();
    }

    private static async Task ExportAsync(HttpContext context, TenantUnits units)
    {
        var ct = context.RequestAborted;
        if (
            context.Features.Get<TenantVisit>() is not { } visit
            || !(await units.RunAsync(visit.Tenant, visit.Actor, new BeginExport(), ct)).IsOk
        )
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var filter = ContactsQuery.From(context.Request.QueryString.Value ?? "").ToData();
        var fields = await units.ReadAsync(
            visit.Tenant,
            visit.Actor,
            async (unit, token) =>
                (await unit.ListFieldsAsync(token))
                    .Where(f => f.Subject == CustomFieldSubjects.Contact)
                    .ToList(),
            ct
        );
        await using var writer = Begin(context, $"contacts-{visit.Tenant.Slug}");
        await writer.WriteAsync(ContactsCsv.Header(fields));
        ContactCursor? after = null;
        do
        {
            var page = await units.ReadAsync(
                visit.Tenant,
                visit.Actor,
                (unit, token) => unit.ListContactsAsync(filter, after, token, BatchSize),
                ct
            );
            foreach (var row in page.Rows)
            {
                await writer.WriteAsync(ContactsCsv.Row(row, fields));
            }
            await writer.FlushAsync(ct);
            after = page.Next;
        } while (after is not null);
    }

    /// <summary>Every row of the file, as it was, with what became of it.</summary>
    private static async Task ReportAsync(
        HttpContext context,
        TenantUnits units,
        IStringLocalizer<ContactsText> texts,
        Guid id
    )
    {
        var ct = context.RequestAborted;
        var visit = context.Features.Get<TenantVisit>();
        var import = visit is null
            ? null
            : await units.ReadAsync(
                visit.Tenant,
                visit.Actor,
                (unit, token) => unit.FindImportAsync(id, token),
                ct
            );
        if (visit is null || import is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var fields = await units.ReadAsync(
            visit.Tenant,
            visit.Actor,
            (unit, token) => unit.ListFieldsAsync(token),
            ct
        );
        await using var writer = Begin(context, "import-report");
        await writer.WriteAsync(
            ContactsCsv.Line(["line", "outcome", "done", "problems", .. import.Columns])
        );
        var after = 0;
        while (true)
        {
            var lines = await units.ReadAsync(
                visit.Tenant,
                visit.Actor,
                (unit, token) =>
                    unit.ListImportLinesAsync(id, after, BatchSize, onlyErrors: false, token),
                ct
            );
            foreach (var line in lines)
            {
                await writer.WriteAsync(
                    ContactsCsv.Line([
                        line.Line.ToString(CultureInfo.InvariantCulture),
                        line.Outcome,
                        line.IsApplied ? "true" : "false",
                        ImportProblems.Text(texts, line, fields),
                        .. line.Cells,
                    ])
                );
            }
            if (lines.Count < BatchSize)
            {
                return;
            }
            await writer.FlushAsync(ct);
            after = lines[^1].Number;
        }
    }

    private static StreamWriter Begin(HttpContext context, string name)
    {
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";
        context.Response.Headers.CacheControl = "no-store";
        // With a byte order mark: spreadsheets take it for UTF-8 only then.
        return new StreamWriter(
            context.Response.Body,
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)
        );
    }
}
