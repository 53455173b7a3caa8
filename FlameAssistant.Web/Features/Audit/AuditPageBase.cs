using FlameAssistant.Data.Audit;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Audit;

/// <summary>What both audit pages do: filters in the address, the newest lines, and more of them on demand.</summary>
public abstract class AuditPageBase : ComponentBase
{
    protected static readonly string[] TenantTables =
    [
        "tenants",
        "tenant_users",
        "integrations",
        "channel_routes",
        "inbound_quarantine",
        "contacts",
        "conversations",
        "messages",
        "assistants",
        "response_templates",
        "tags",
        "teams",
        "profiles",
        "webhooks",
        "api_keys",
        "subscription_history",
        "tenant_features",
        "support_access",
    ];

    protected static readonly string[] SystemTables =
    [
        "tenants",
        "users",
        "tenant_users",
        "channel_routes",
        "inbound_quarantine",
        "webhooks",
        "api_keys",
        "feature_flags",
        "tenant_features",
        "subscription_history",
        "system_settings",
        "support_access",
    ];

#pragma warning disable SA1401, CA1051 // Fields of a base that only its two pages see.
    private protected List<AuditLine>? lines;
    private protected AuditPosition? next;
#pragma warning restore SA1401, CA1051
    private AuditFilter? filter;

    [SupplyParameterFromQuery]
    private string? Actor { get; set; }

    [SupplyParameterFromQuery]
    private string? Action { get; set; }

    [SupplyParameterFromQuery]
    private string? Table { get; set; }

    [SupplyParameterFromQuery]
    private string? From { get; set; }

    [SupplyParameterFromQuery]
    private string? To { get; set; }

    [Inject]
    protected IAuditData Data { get; set; } = default!;

    [Inject]
    protected BrowserTime Browser { get; set; } = default!;

    [Inject]
    protected IStringLocalizer<AuditText> L { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected AuditQuery Query { get; private set; } = new();

    protected abstract string Page { get; }

    protected virtual AuditQuery Read() => new(null, Actor, Action, Table, From, To);

    /// <returns>Null where a filter names nobody.</returns>
    protected abstract Task<AuditFilter?> FilterAsync();

    protected abstract Task<AuditPage> AskAsync(AuditFilter filter, AuditPosition? after);

    protected override async Task OnParametersSetAsync()
    {
        var asked = Read();
        if (lines is not null && asked == Query)
        {
            return;
        }
        Query = asked;
        await Browser.EnsureAsync();
        filter = await FilterAsync();
        var found = filter is null ? AuditPage.Empty : await AskAsync(filter, after: null);
        if (Query == asked)
        {
            (lines, next) = ([.. found.Lines], found.Next);
        }
    }

    protected async Task MoreAsync()
    {
        if (filter is null || next is null || lines is null)
        {
            return;
        }
        var more = await AskAsync(filter, next);
        lines.AddRange(more.Lines);
        next = more.Next;
    }

    protected void Go(AuditQuery query) => Navigation.NavigateTo(query.Href(Page), replace: true);
}
