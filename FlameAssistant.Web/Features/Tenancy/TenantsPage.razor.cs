using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Tenancy;

/// <summary>Every tenant of the installation. What is searched, sorted and paged is in the address, and done by the server.</summary>
public sealed partial class TenantsPage : IDisposable
{
    private static readonly (TenantSort Sort, string Text)[] columns =
    [
        (TenantSort.Name, "Tenant"),
        (TenantSort.Members, "Tenants.Members"),
        (TenantSort.Storage, "Tenants.Storage"),
        (TenantSort.Activity, "Tenants.Activity"),
        (TenantSort.Created, "Tenants.Created"),
    ];

    private readonly CancellationTokenSource gone = new();
    private TenantFilter? shown;
    private TenantPage? page;
    private CreateTenantDialog? create;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery]
    private string? Status { get; set; }

    [SupplyParameterFromQuery]
    private string? Plan { get; set; }

    [SupplyParameterFromQuery]
    private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "desc")]
    private bool Descending { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? Number { get; set; }

    [Inject]
    private ITenantsData Data { get; set; } = default!;

    [Inject]
    private BrowserTime Browser { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private TenantFilter Filter =>
        new(
            Search,
            Status,
            Plan,
            Enum.TryParse<TenantSort>(Sort, ignoreCase: true, out var sort) && Enum.IsDefined(sort)
                ? sort
                : TenantSort.Name,
            Descending,
            Number ?? 1
        );

    private bool IsFiltered =>
        !string.IsNullOrWhiteSpace(Search)
        || !string.IsNullOrEmpty(Status)
        || !string.IsNullOrEmpty(Plan);

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        var asked = Filter;
        if (asked == shown)
        {
            return;
        }
        shown = asked;
        await Browser.EnsureAsync();
        var found = await Data.PageAsync(asked, gone.Token);
        // A slower answer to an earlier question is of no use any more.
        if (shown == asked)
        {
            page = found;
        }
    }

    private static bool IsFull(TenantRow row) =>
        row.MaxStorageGb > 0 && row.StorageBytes > (long)row.MaxStorageGb << 30;

    private async Task<Error?> CreateAsync(NewTenant asked)
    {
        var made = await Data.CreateAsync(asked, gone.Token);
        if (made.IsOk)
        {
            Navigation.NavigateTo($"{Urls.SystemTenant(made.Value.Slug)}?created=true");
        }
        return made.Error;
    }

    private void Go(TenantFilter filter) => Navigation.NavigateTo(Href(filter), replace: true);

    private string Href(TenantFilter filter) =>
        Navigation.GetUriWithQueryParameters(
            Urls.SystemTenants,
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["q"] = Or(filter.Search),
                ["status"] = Or(filter.Status),
                ["plan"] = Or(filter.Plan),
                ["sort"] =
                    filter.Sort == TenantSort.Name
                        ? null
                        : filter.Sort.ToString().ToLowerInvariant(),
                ["desc"] = filter.Descending ? true : null,
                ["page"] = filter.Page > 1 ? filter.Page : null,
            }
        );

    private static string? Or(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    /// <summary>Sorted by this column; the other way round where it was already. Numbers begin with the largest.</summary>
    private TenantFilter Turned(TenantSort sort) =>
        Filter with
        {
            Sort = sort,
            Descending = Filter.Sort == sort ? !Filter.Descending : sort != TenantSort.Name,
            Page = 1,
        };

    private string? Sorted(TenantSort sort) =>
        Filter.Sort != sort ? null
        : Filter.Descending ? "descending"
        : "ascending";
}
