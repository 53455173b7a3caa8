using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.E2E.Tests.Tenancy;

/// <summary>What a signed-in member meets at the door of a workspace, in the running product.</summary>
public sealed partial class TenantDoorTests(TenantDoorTests.Running product)
    : IClassFixture<TenantDoorTests.Running>
{
    private const string Password = "flame-test-2026";

    [Fact]
    public async Task A_tenant_below_the_minimum_should_get_the_page_that_says_so_and_others_work()
    {
        var (old, other) = (await product.NewTenantAsync(), await product.NewTenantAsync());
        using var http = await SignedInAsync(old, other);
        (await GetAsync(http, old)).ShouldBe((HttpStatusCode.OK, null));

        await product.Database.ExecuteAsync(
            $"UPDATE shared.tenant_schemas SET version = {Migrator.MinimumTenantVersion - 1}, state = 'failed' WHERE schema_name = '{old.SchemaName}'"
        );
        await Eventually.IsTrueAsync(async () =>
            await GetAsync(http, old) == (HttpStatusCode.Redirect, "/account/upgrading")
        );

        using var page = await http.GetAsync("/account/upgrading");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await page.Content.ReadAsStringAsync()).ShouldContain("This workspace is being upgraded");
        (await GetAsync(http, other)).ShouldBe((HttpStatusCode.OK, null));

        await product.Database.ExecuteAsync(
            $"UPDATE shared.tenant_schemas SET version = {Migrator.TenantVersion}, state = 'ready' WHERE schema_name = '{old.SchemaName}'"
        );
        await Eventually.IsTrueAsync(async () =>
            await GetAsync(http, old) == (HttpStatusCode.OK, null)
        );
    }

    [Fact]
    public async Task A_tenant_that_is_suspended_by_command_should_be_closed_within_five_seconds()
    {
        var (tenant, other) = (await product.NewTenantAsync(), await product.NewTenantAsync());
        using var http = await SignedInAsync(tenant, other);
        (await GetAsync(http, tenant)).ShouldBe((HttpStatusCode.OK, null));

        var ended = await AppProcess.RunAsync(
            [
                ("ConnectionStrings__Flame", product.Database.Logins.Owner),
                ("Flame__Secrets__MasterKey", TestDatabase.MasterKeyText),
            ],
            "tenant",
            "suspend",
            "--slug",
            tenant.Slug
        );
        var since = Stopwatch.GetTimestamp();
        ended.ExitCode.ShouldBe(0, string.Join('\n', ended.Error));

        await Eventually.IsTrueAsync(async () =>
            await GetAsync(http, tenant) == (HttpStatusCode.Redirect, "/account/denied")
        );
        Promised.ShouldBeKept(since);
        (await GetAsync(http, other)).ShouldBe((HttpStatusCode.OK, null));
    }

    private static async Task<(HttpStatusCode Status, string? Location)> GetAsync(
        HttpClient http,
        TenantRef tenant
    )
    {
        using var answer = await http.GetAsync($"/t/{tenant.Slug}/inbox");
        return (answer.StatusCode, answer.Headers.Location?.OriginalString);
    }

    /// <summary>A member of these, in a browser without a picture.</summary>
    private async Task<HttpClient> SignedInAsync(params TenantRef[] tenants)
    {
        var email = product.Database.Next("member-") + "@door.test";
        foreach (var tenant in tenants)
        {
            await using var scope = product.Database.Services.CreateAsyncScope();
            (
                await scope
                    .ServiceProvider.GetRequiredService<CreateUser>()
                    .RunAsync(
                        new NewUser(email, Password, tenant, MemberRoles.Agent, FirstName: "Ana"),
                        default
                    )
            ).IsOk.ShouldBeTrue();
        }
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = product.App.Http.BaseAddress,
        };
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        var form = await http.GetStringAsync("/account/login");
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match field in HiddenFields().Matches(form))
        {
            // The page's first form; a later one signs in with a passkey.
            fields.TryAdd(field.Groups["name"].Value, field.Groups["value"].Value);
        }
        fields["Form.User"] = email;
        fields["Form.Password"] = Password;
        using var content = new FormUrlEncodedContent(fields);
        using var answer = await http.PostAsync("/account/login", content);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return http;
    }

    [GeneratedRegex(
        """<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" */?>""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex HiddenFields();

    public sealed class Running : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public AppProcess App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            App = await AppProcess.StartAsync(Database);
        }

        public async ValueTask DisposeAsync()
        {
            if (App is not null)
            {
                await App.DisposeAsync();
            }
            await Database.DisposeAsync();
        }

        public Task<TenantRef> NewTenantAsync() => Database.NewTenantAsync();
    }
}
