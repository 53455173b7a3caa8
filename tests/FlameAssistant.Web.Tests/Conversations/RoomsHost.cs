using System.Security.Claims;
using System.Text.Encodings.Web;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs;
using FlameAssistant.Testing;
using FlameAssistant.Web.Features.Conversations;
using FlameAssistant.Web.Tenancy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using FileOptions = FlameAssistant.Jobs.Conversations.FileOptions;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>
/// The endpoints of files and ratings behind the real gate, over a real database and folder; who asks is said by a header
/// instead of a sign-in.
/// </summary>
public sealed class RoomsHost : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("flame-rooms-").FullName;
    private WebApplication? app;

    public TestDatabase Database { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public T Get<T>()
        where T : notnull => app!.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Database.Clock);
        builder.Services.AddSingleton<
            Microsoft.AspNetCore.Identity.ILookupNormalizer,
            Microsoft.AspNetCore.Identity.UpperInvariantLookupNormalizer
        >();
        builder.Services.AddSingleton<
            Microsoft.AspNetCore.Identity.IPasswordHasher<Data.Members.User>,
            Microsoft.AspNetCore.Identity.PasswordHasher<Data.Members.User>
        >();
        Data.FlameData.AddFlameData(
            builder.Services,
            Database.Logins,
            new Data.Platform.MasterKey(TestDatabase.MasterKeyText)
        );
        builder.Services.AddFlameJobs(new ConfigurationBuilder().Build());
        // Nothing of the other floors runs by itself here.
        foreach (
            var hosted in builder
                .Services.Where(s =>
                    s.ServiceType == typeof(IHostedService)
                    && s.ImplementationType?.Namespace?.StartsWith(
                        "FlameAssistant",
                        StringComparison.Ordinal
                    ) == true
                )
                .ToList()
        )
        {
            builder.Services.Remove(hosted);
        }
        builder.Services.Configure<FileOptions>(files => files.Path = folder);
        builder.Services.AddConversationEndpoints();
        builder.Services.AddLocalization();
        builder.Services.AddRazorComponents();
        builder.Services.AddAntiforgery();
        builder
            .Services.AddAuthentication("header")
            .AddScheme<AuthenticationSchemeOptions, HeaderSignIn>("header", configureOptions: null);
        builder.Services.AddAuthorization();
        app = builder.Build();
        app.UseRouting();
        app.UseAuthentication();
        app.UseTenantGate();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapConversationEndpoints();
        // As the antiforgery component does on a page.
        app.MapGet(
            "/form",
            (HttpContext context, Microsoft.AspNetCore.Antiforgery.IAntiforgery forms) =>
                forms.GetAndStoreTokens(context).RequestToken
        );
        await app.StartAsync();
        Http = new HttpClient(
            new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }
        )
        {
            BaseAddress = new Uri(app.Urls.First()),
        };
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Asks as a person; nobody when none is given.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Actor? actor = null)
    {
        if (actor is not null)
        {
            request.Headers.Add(HeaderSignIn.Name, actor.Id.ToString());
        }
        return Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> GetAsync(string address, Actor? actor = null) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, address), actor);

    /// <summary>A form's token and its cookie, for this person.</summary>
    public async Task<(string Token, string Cookie)> FormAsync(Actor actor)
    {
        using var form = await GetAsync("/form", actor);
        return (
            await form.Content.ReadAsStringAsync(),
            form.Headers.GetValues("Set-Cookie").First().Split(';')[0]
        );
    }
}

internal sealed class HeaderSignIn(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "X-Person";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Request.Headers.TryGetValue(Name, out var person))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, person.ToString())],
            Scheme.Name
        );
        return Task.FromResult(
            AuthenticateResult.Success(
                new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)
            )
        );
    }
}
