using System.Net;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs;
using FlameAssistant.Jobs.Mail;
using FlameAssistant.Testing;
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
using FlameAssistant.Web.Platform;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Web.Tests.Shared;

/// <summary>The whole site over a real database, without what runs by itself: letters are kept here as soon as they are sent.</summary>
public sealed class SiteHost : IAsyncLifetime
{
    public const string Password = "flame-test-2026";

    private readonly Letterbox letters = new();
    private WebApplication? app;

    public TestDatabase Database { get; private set; } = null!;

    public TenantRef Tenant { get; private set; } = null!;

    public IServiceProvider Services => app!.Services;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Tenant = await Database.NewTenantAsync("acme");
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                // Whose assets they are; they lie beside the tests.
                ApplicationName = typeof(App).Assembly.GetName().Name,
                ContentRootPath = AppContext.BaseDirectory,
                EnvironmentName = Environments.Production,
            }
        );
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        Data.FlameData.AddFlameData(
            builder.Services,
            Database.Logins,
            new Data.Platform.MasterKey(TestDatabase.MasterKeyText)
        );
        builder.Services.AddFlameJobs(builder.Configuration);
        builder.AddMail();
        builder.Services.AddFlameIdentity(builder.Configuration);
        // As strong as it needs to be here.
        builder.Services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000);
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
        builder.Services.AddWebShell();
        builder.Services.RemoveAll<IHostedService>();
        builder.Services.AddSingleton<IBackgroundJobClient>(letters);
        app = builder.Build();
        letters.Protection = app.Services.GetRequiredService<IDataProtectionProvider>();
        app.UseWebShell();
        app.UseRouting();
        app.UseAuthentication();
        app.UseTenantGate();
        app.UseSystemGate();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapConversationEndpoints();
        app.MapAudit();
        app.MapWebShell();
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Somebody at a browser of their own, not signed in.</summary>
    public Visitor NewVisitor() => new(new Uri(app!.Urls.First()));

    public async Task<Visitor> NewVisitorAsync(string email)
    {
        var visitor = NewVisitor();
        await visitor.SignInAsync(email);
        visitor.Path.ShouldNotStartWith(Urls.SignIn);
        return visitor;
    }

    /// <param name="role">A member of the tenant when given.</param>
    public async Task<Guid> NewUserAsync(
        string email,
        string? role = MemberRoles.Agent,
        bool isOwner = false,
        bool isSuperAdmin = false,
        TenantRef? tenant = null
    )
    {
        await using var scope = Services.CreateAsyncScope();
        var made = await scope
            .ServiceProvider.GetRequiredService<CreateUser>()
            .RunAsync(
                new NewUser(
                    email,
                    Password,
                    role is null ? null : tenant ?? Tenant,
                    role,
                    isSuperAdmin,
                    FirstName: "Lucía",
                    IsOwner: isOwner
                ),
                default
            );
        made.IsOk.ShouldBeTrue();
        return made.Value;
    }

    /// <summary>The address in the latest letter to them, without the host.</summary>
    public string LinkTo(string email) => letters.LinkTo(email);

    /// <summary>Does at once what would be done soon.</summary>
    private sealed class Letterbox : IBackgroundJobClient, IMailer
    {
        private readonly List<OutgoingMail> kept = [];

        public IDataProtectionProvider? Protection { get; set; }

        public string Create(Job job, IState state)
        {
            job.Type.ShouldBe(typeof(SendMailJob));
            new SendMailJob(this, Protection!)
                .RunAsync((string)job.Args[0], default)
                .GetAwaiter()
                .GetResult();
            return "1";
        }

        public bool ChangeState(string jobId, IState state, string expectedState) => true;

        public Task SendAsync(OutgoingMail mail, CancellationToken ct)
        {
            kept.Add(mail);
            return Task.CompletedTask;
        }

        public string LinkTo(string email)
        {
            var text = kept.Last(mail => mail.To == email).Text;
            var link = text.Split('\n').First(line => line.StartsWith("http"));
            return new Uri(link).PathAndQuery;
        }
    }
}
