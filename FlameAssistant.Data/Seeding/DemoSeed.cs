using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Data.Seeding;

/// <summary>
/// The demo: two workspaces with people, a WhatsApp channel each that points to the simulator, and weeks of conversations, so
/// that a newcomer sees a living inbox. Running it again changes nothing.
/// </summary>
public sealed class DemoSeed(
    ProvisionTenant provision,
    TenantCatalog tenants,
    TenantUnits units,
    ChannelSecrets secrets,
    IServiceScopeFactory scopes
)
{
    public const string Slug = "demo";
    public const string Name = "Café Flor";
    public const string Password = "flame-demo-2026";
    public const string SimulatorUrl = "http://localhost:5090";

    // The account of the fixtures, so that they can be replayed against the demo.
    public const string PhoneNumberId = "200300400500600";
    public const string WabaId = "100200300400500";
    public const string DisplayPhoneNumber = "+55 11 99000-0001";
    public const string AccessToken = "demo-access-token";
    public const string AppSecret = "test_app_secret_0123456789abcdef";
    public const string VerifyToken = "vt_test_123";

    /// <summary>With it a site of the demo would sign who its visitors are.</summary>
    public const string WidgetSecret = "demo-identity-secret";

    public static IReadOnlyList<DemoPerson> People { get; } =
    [
        new(
            "agent@demo.test",
            "Lucía",
            "Paredes",
            MemberRoles.Agent,
            false,
            "agent: answers in the inbox"
        ),
        new(
            "admin@demo.test",
            "Marcos",
            "Oliveira",
            MemberRoles.Admin,
            true,
            "owner of the workspace"
        ),
    ];

    /// <summary>Runs the installation, and belongs to no workspace.</summary>
    public static DemoPerson SuperAdmin { get; } =
        new(
            "root@demo.test",
            "Rosa",
            "Ibarra",
            MemberRoles.SuperAdmin,
            false,
            "super-admin: runs all workspaces, at /system"
        );

    /// <summary>The first workspace's channel, once the demo exists.</summary>
    public Task<Guid?> FindChannelAsync(CancellationToken ct) =>
        FindChannelAsync(DemoWorkspace.Cafe, ct);

    private async Task<Guid?> FindChannelAsync(DemoWorkspace workspace, CancellationToken ct)
    {
        if (await tenants.FindAsync(workspace.Slug, ct) is not { } tenant)
        {
            return null;
        }
        return await units.ReadAsync(
            tenant,
            Actor.System,
            (unit, token) =>
                unit
                    .Db.ChannelRoutes.Where(r =>
                        r.Provider == ChannelTypes.WhatsApp
                        && r.AccountId == workspace.PhoneNumberId
                    )
                    .Select(r => (Guid?)r.ChannelId)
                    .SingleOrDefaultAsync(token),
            ct
        );
    }

    /// <summary>The first workspace's web chat, once the demo exists.</summary>
    public async Task<Guid?> FindWebChatAsync(CancellationToken ct) =>
        await tenants.FindAsync(Slug, ct) is { } tenant
            ? await units.ReadAsync(
                tenant,
                Actor.System,
                (unit, token) =>
                    unit
                        .Db.Channels.Where(c => c.Type == ChannelTypes.WebChat)
                        .OrderBy(c => c.CreatedAt)
                        .Select(c => (Guid?)c.Id)
                        .FirstOrDefaultAsync(token),
                ct
            )
            : null;

    /// <summary>The channels that the simulator plays; none of a workspace that does not exist yet.</summary>
    public async Task<IReadOnlyList<(DemoChannel Channel, Guid Id)>> ChannelsAsync(
        CancellationToken ct
    )
    {
        var known = new List<(DemoChannel, Guid)>();
        foreach (var workspace in DemoChannels.All.GroupBy(c => c.Slug))
        {
            if (await tenants.FindAsync(workspace.Key, ct) is not { } tenant)
            {
                continue;
            }
            var accounts = workspace.Select(c => c.AccountId).ToList();
            var routes = await units.ReadAsync(
                tenant,
                Actor.System,
                (unit, token) =>
                    unit
                        .Db.ChannelRoutes.Where(r => accounts.Contains(r.AccountId))
                        .ToListAsync(token),
                ct
            );
            known.AddRange(
                workspace.Join(
                    routes,
                    c => (c.Type, c.AccountId),
                    r => (r.Provider, r.AccountId),
                    (c, r) => (c, r.ChannelId)
                )
            );
        }
        return known;
    }

    /// <summary>Those of the channels that a refusal stopped work again.</summary>
    public async Task ResumeAsync(IReadOnlyCollection<Guid> channelIds, CancellationToken ct)
    {
        if (channelIds.Count == 0)
        {
            return;
        }
        foreach (var workspace in DemoWorkspace.All)
        {
            if (await tenants.FindAsync(workspace.Slug, ct) is not { } tenant)
            {
                continue;
            }
            var stopped = await units.ReadAsync(
                tenant,
                Actor.System,
                (unit, token) =>
                    unit
                        .Db.Channels.Where(c =>
                            channelIds.Contains(c.Id) && c.Status == ChannelStatuses.Error
                        )
                        .Select(c => c.Id)
                        .ToListAsync(token),
                ct
            );
            foreach (var id in stopped)
            {
                await units.RunAsync(tenant, Actor.System, new ResumeChannel(id), ct);
            }
        }
    }

    public Task<Result<TenantRef>> RunAsync(CancellationToken ct) => RunAsync(SimulatorUrl, ct);

    /// <param name="simulatorUrl">Where the channels send to; a demo made before with another one is moved there.</param>
    /// <returns>The first workspace.</returns>
    public async Task<Result<TenantRef>> RunAsync(string simulatorUrl, CancellationToken ct)
    {
        var root = await EnsureSuperAdminAsync(ct);
        if (!root.IsOk)
        {
            return root.Error;
        }
        Result<TenantRef>? first = null;
        foreach (var workspace in DemoWorkspace.All)
        {
            var made = await MakeAsync(workspace, simulatorUrl, ct);
            if (!made.IsOk)
            {
                return made;
            }
            first ??= made;
        }
        var connected = await ConnectAsync(first!.Value.Value, simulatorUrl, ct);
        return connected.IsOk ? await EnsureWebChatAsync(connected.Value, ct) : connected;
    }

    /// <summary>The other channels of the first workspace, also for demos that were made before there were any.</summary>
    private async Task<Result<TenantRef>> ConnectAsync(
        TenantRef tenant,
        string simulatorUrl,
        CancellationToken ct
    )
    {
        var known = await units.ReadAsync(
            tenant,
            Actor.System,
            (unit, token) => unit.Db.Channels.AsNoTracking().ToListAsync(token),
            ct
        );
        foreach (var channel in DemoChannels.All.Where(c => c.Type != ChannelTypes.WhatsApp))
        {
            var there = known.Find(c =>
                c.Type == channel.Type
                && (c.AccountId == channel.AccountId || c.Name == channel.Name)
            );
            // Another account by the same name is somebody's own doing.
            if (
                there is not null
                && (
                    there.AccountId != channel.AccountId
                    || there.Config.Contains($"\"{simulatorUrl}\"", StringComparison.Ordinal)
                )
            )
            {
                continue;
            }
            var connected = await units.RunAsync(
                tenant,
                Actor.System,
                new CreateChannel(channel.Draft(simulatorUrl), secrets, Confirmed: true),
                ct
            );
            if (!connected.IsOk)
            {
                return connected.Error;
            }
        }
        return tenant;
    }

    private async Task<Result<TenantRef>> MakeAsync(
        DemoWorkspace workspace,
        string simulatorUrl,
        CancellationToken ct
    )
    {
        if (await FindChannelAsync(workspace, ct) is { } known)
        {
            return await MoveAsync(
                workspace,
                (await tenants.FindAsync(workspace.Slug, ct))!,
                known,
                simulatorUrl,
                ct
            );
        }
        var owner = workspace.People.Single(p => p.IsOwner);
        var tenant = await tenants.FindAsync(workspace.Slug, ct);
        if (tenant is null)
        {
            var made = await provision.RunAsync(
                new NewTenant(
                    workspace.Slug,
                    workspace.Name,
                    owner.Email,
                    "professional",
                    TenantStatuses.Active
                ),
                ct
            );
            if (!made.IsOk)
            {
                return made.Error;
            }
            tenant = made.Value.Tenant;
            tenants.Forget();
        }

        var agents = new List<Guid>();
        foreach (var person in workspace.People)
        {
            var id = await CreateAsync(person, tenant, ct);
            if (!id.IsOk)
            {
                return id.Error;
            }
            if (person.Role == MemberRoles.Agent)
            {
                agents.Add(id.Value);
            }
        }
        // The channel comes last: it is what says that the demo is whole.
        var conversations = await units.RunAsync(
            tenant,
            Actor.System,
            new SeedDemoInbox(workspace, Channel(workspace, simulatorUrl), secrets, agents),
            ct
        );
        return conversations.IsOk ? tenant : conversations.Error;
    }

    /// <summary>Also for demos that were made before there was one. What was changed of it is left alone.</summary>
    private async Task<Result<TenantRef>> EnsureWebChatAsync(TenantRef tenant, CancellationToken ct)
    {
        if (
            tenant.SchemaVersion < OpenVisitor.SchemaVersion
            || await FindWebChatAsync(ct) is not null
        )
        {
            return tenant;
        }
        var made = await units.RunAsync(
            tenant,
            Actor.System,
            new CreateChannel(WebChat(Guid.CreateVersion7()), secrets, Confirmed: true),
            ct
        );
        return made.IsOk ? tenant : made.Error;
    }

    private async Task<Result<TenantRef>> MoveAsync(
        DemoWorkspace workspace,
        TenantRef tenant,
        Guid channelId,
        string simulatorUrl,
        CancellationToken ct
    )
    {
        var config = await units.ReadAsync(
            tenant,
            Actor.System,
            (unit, token) =>
                unit
                    .Db.Channels.Where(c => c.Id == channelId)
                    .Select(c => c.Config)
                    .SingleAsync(token),
            ct
        );
        if (config.Contains($"\"{simulatorUrl}\"", StringComparison.Ordinal))
        {
            return tenant;
        }
        var moved = await units.RunAsync(
            tenant,
            Actor.System,
            new CreateChannel(Channel(workspace, simulatorUrl), secrets, Confirmed: true),
            ct
        );
        return moved.IsOk ? tenant : moved.Error;
    }

    /// <summary>Also for demos that were made before there was one. A changed password is left alone.</summary>
    private async Task<Result<Guid>> EnsureSuperAdminAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using (
            var db = await scope
                .ServiceProvider.GetRequiredService<IDbContextFactory<PlatformDb>>()
                .CreateDbContextAsync(ct)
        )
        {
            var known = await db
                .Users.Where(u => u.Email == SuperAdmin.Email)
                .Select(u => u.Id)
                .SingleOrDefaultAsync(ct);
            if (known != Guid.Empty)
            {
                return known;
            }
        }
        return await scope
            .ServiceProvider.GetRequiredService<CreateUser>()
            .RunAsync(
                new NewUser(
                    SuperAdmin.Email,
                    Password,
                    IsSuperAdmin: true,
                    FirstName: SuperAdmin.FirstName,
                    LastName: SuperAdmin.LastName
                ),
                ct
            );
    }

    /// <summary>Its demo page is this installation's own; sites are added in its settings.</summary>
    private static ChannelDraft WebChat(Guid id) =>
        new(
            ChannelTypes.WebChat,
            "Web " + Name,
            WidgetKey.Of(id),
            Fields(
                ("title", Name),
                ("greeting_es", "¡Hola! ¿Qué café te gusta? Escríbenos, te ayudamos."),
                (
                    "greeting_en",
                    "Hello! Which coffee do you like? Write to us, we are happy to help."
                ),
                ("greeting_pt", "Olá! Que café você gosta? Escreva para nós, ajudamos com prazer."),
                ("color", "#c2410c"),
                ("position", "right"),
                ("ask_name", "optional"),
                ("ask_rating", "true")
            ),
            Fields(("identity_secret", WidgetSecret)),
            AppSecret: null,
            VerifyToken: null
        )
        {
            Id = id,
        };

    private static ChannelDraft Channel(DemoWorkspace workspace, string simulatorUrl) =>
        DemoChannels.WhatsApp(workspace).Draft(simulatorUrl);

    private static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) =>
        fields.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);

    private async Task<Result<Guid>> CreateAsync(
        DemoPerson person,
        TenantRef tenant,
        CancellationToken ct
    )
    {
        await using var scope = scopes.CreateAsyncScope();
        var created = await scope
            .ServiceProvider.GetRequiredService<CreateUser>()
            .RunAsync(
                new NewUser(
                    person.Email,
                    Password,
                    tenant,
                    person.Role,
                    false,
                    person.FirstName,
                    person.LastName
                ),
                ct
            );
        if (!created.IsOk)
        {
            return created;
        }
        var profile = await units.RunAsync(
            tenant,
            Actor.System,
            new EnsureProfile(created.Value, $"{person.FirstName} {person.LastName}"),
            ct
        );
        return profile.IsOk ? created : profile.Error;
    }
}
