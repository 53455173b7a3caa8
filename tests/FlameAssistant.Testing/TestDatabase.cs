using System.Globalization;
using FlameAssistant.Data;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace FlameAssistant.Testing;

/// <summary>
/// A migrated database of a test class's own (<c>IClassFixture&lt;TestDatabase&gt;</c>) with the services of the Data floor
/// over it, and builders of what most tests need. Hosted services are registered and never started.
/// </summary>
public class TestDatabase : IAsyncLifetime
{
    /// <summary>An app over the same database needs the same one, to open what the builders encrypt.</summary>
    public const string MasterKeyText = "a master key for tests, and for nothing else";

    /// <summary>The token of the builders' channels.</summary>
    public const string AccessToken = "access-token";

    private static readonly MasterKey masterKey = new(MasterKeyText);
    private int counter;
    private ServiceProvider? services;
    private NpgsqlDataSource? owner;
    private string? name;
    private TenantRef? reused;

    /// <summary>Made by hand, where a test needs more than one, or one that is changed beyond use.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        return database;
    }

    public TestClock Clock { get; } = new();

    public DatabaseLogins Logins { get; private set; } = null!;

    public IServiceProvider Services => services!;

    public TenantUnits Units => Get<TenantUnits>();

    public TenantCatalog Catalog => Get<TenantCatalog>();

    public ProvisionTenant ProvisionTenant => Get<ProvisionTenant>();

    public LiveHub Live => Get<LiveHub>();

    public ChannelSecrets Secrets => Get<ChannelSecrets>();

    public ClusterSources Sources => Get<IDataSourceProvider>().For(DataSources.MainCluster);

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        name = await PostgresServer.CreateDatabaseAsync(migrated: true);
        Logins = DatabaseLogins.From(await PostgresServer.OwnerAsync(name));
        owner = DataSources.Build(Logins.Owner);
        var collection = new ServiceCollection();
        AddServices(collection);
        services = collection.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (services is not null)
        {
            await services.DisposeAsync();
        }
        if (owner is not null)
        {
            await owner.DisposeAsync();
        }
        if (name is not null)
        {
            await PostgresServer.DropDatabaseAsync(name);
        }
    }

    /// <summary>Another set of services over the same database, as a second node would have.</summary>
    public ServiceProvider NewServices(DatabaseLogins? logins = null)
    {
        var collection = new ServiceCollection();
        AddServices(collection, logins);
        return collection.BuildServiceProvider();
    }

    /// <summary>Of status <c>active</c>; the slug is chosen when none is given.</summary>
    public async Task<TenantRef> NewTenantAsync(
        string? slug = null,
        string status = TenantStatuses.Active
    )
    {
        slug ??= Next("tenant-");
        var made = await ProvisionTenant.RunAsync(
            new NewTenant(slug, $"Tenant {slug}", $"owner@{slug}.test", Status: status),
            CancellationToken.None
        );
        return made.Value.Tenant;
    }

    /// <summary>
    /// The same tenant each time, emptied: a fraction of the price of a new one, for tests that run one after the other.
    /// </summary>
    public async Task<TenantRef> EmptyTenantAsync()
    {
        if (reused is null)
        {
            return reused = await NewTenantAsync();
        }
        // Foreign keys give the order: what is still referred to goes in a later pass, the trail of it all at the end.
        await ExecuteAsync(
            $"""
            DELETE FROM shared.outbox WHERE tenant_id = '{reused.Id}';
            DELETE FROM shared.channel_routes WHERE tenant_id = '{reused.Id}';
            DELETE FROM shared.tenant_users WHERE tenant_id = '{reused.Id}' AND NOT is_owner;
            DO $$
            DECLARE t text;
            BEGIN
              FOR pass IN 1 .. 3 LOOP
                FOR t IN SELECT relname FROM pg_class WHERE relnamespace = '{reused.SchemaName}'::regnamespace
                            AND relkind IN ('r', 'p') AND relname NOT IN ('schema_migrations', 'tenant_info', 'activity_log') LOOP
                  BEGIN
                    EXECUTE format('DELETE FROM %I', t);
                  EXCEPTION WHEN foreign_key_violation OR restrict_violation THEN NULL;
                  END;
                END LOOP;
              END LOOP;
              DELETE FROM activity_log;
            END $$;
            """,
            reused
        );
        return reused;
    }

    /// <summary>A person without a password, with membership and profile.</summary>
    /// <param name="role">A value of <see cref="MemberRoles"/>.</param>
    public async Task<Actor> NewMemberAsync(
        TenantRef tenant,
        string role = MemberRoles.Agent,
        bool isOwner = false,
        string? displayName = null
    )
    {
        var user = new User
        {
            Id = Guid.CreateVersion7(),
            Email = $"{Next("member-")}@{tenant.Slug}.test",
            FirstName = displayName ?? Next("Member "),
        };
        user.NormalizedEmail = user.Email.ToUpperInvariant();
        user.UserName = $"u{user.Id:N}";
        user.NormalizedUserName = user.UserName.ToUpperInvariant();
        await using var db = await Get<IDbContextFactory<PlatformDb>>().CreateDbContextAsync();
        db.Users.Add(user);
        await db.SaveChangesAsync();
        db.Memberships.Add(
            new Membership
            {
                Id = Guid.CreateVersion7(),
                TenantId = tenant.Id,
                UserId = user.Id,
                Role = role,
                IsOwner = isOwner,
            }
        );
        await db.SaveChangesAsync();
        await DoAsync(tenant, Actor.System, new EnsureProfile(user.Id, user.FirstName));
        return Actor.Member(user.Id, role, isOwner);
    }

    /// <summary>A confirmed channel, of WhatsApp unless another type is said.</summary>
    public async Task<Guid> NewChannelAsync(
        TenantRef tenant,
        string? name = null,
        string? accountId = null,
        string? appSecret = "app-secret",
        bool confirmed = true,
        string type = ChannelTypes.WhatsApp,
        IReadOnlyDictionary<string, string>? settings = null
    ) =>
        await DoAsync(
            tenant,
            Actor.System,
            new CreateChannel(
                new ChannelDraft(
                    type,
                    name ?? Next("WhatsApp "),
                    accountId ?? Next("10000000"),
                    settings ?? new Dictionary<string, string>(StringComparer.Ordinal),
                    new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        [type == ChannelTypes.Telegram ? "bot_token" : "access_token"] =
                            AccessToken,
                        ["secret_token"] = appSecret ?? "",
                    },
                    appSecret,
                    VerifyToken: "verify-token"
                ),
                Secrets,
                confirmed
            )
        );

    /// <summary>An active web chat.</summary>
    /// <param name="settings">As the connector's fields are named, not secret.</param>
    public async Task<Guid> NewWebChatAsync(
        TenantRef tenant,
        string? identitySecret = null,
        params (string Name, string Value)[] settings
    )
    {
        var id = Guid.CreateVersion7();
        return await DoAsync(
            tenant,
            Actor.System,
            new CreateChannel(
                new ChannelDraft(
                    ChannelTypes.WebChat,
                    Next("Web "),
                    WidgetKey.Of(id),
                    settings.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal),
                    identitySecret is null
                        ? new Dictionary<string, string>(StringComparer.Ordinal)
                        : new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["identity_secret"] = identitySecret,
                        },
                    AppSecret: null,
                    VerifyToken: null
                )
                {
                    Id = id,
                },
                Secrets,
                Confirmed: true
            )
        );
    }

    /// <summary>Only these members see the channel; without any it is everybody's.</summary>
    public Task AddChannelMemberAsync(TenantRef tenant, Guid channelId, Actor member) =>
        Units.RunAsync(
            tenant,
            Actor.System,
            new Sql(
                $"INSERT INTO channel_members (channel_id, user_id) VALUES ('{channelId}', '{member.Id}')"
            ),
            CancellationToken.None
        );

    /// <summary>A text of a WhatsApp user, as the parser would hand it on.</summary>
    /// <param name="from">The phone number without <c>+</c>.</param>
    public InboundMessage Text(
        string from,
        string text,
        string? wamid = null,
        DateTimeOffset? at = null
    ) =>
        new(
            wamid ?? $"wamid.{Guid.NewGuid():N}",
            [new InboundIdentity(IdentityKinds.WaId, from)],
            $"Customer {from}",
            at ?? Clock.GetUtcNow(),
            "text",
            text
        );

    public Task<ReceivedMessage> ReceiveAsync(
        TenantRef tenant,
        Guid channelId,
        string from,
        string text = "Hello",
        string? wamid = null
    ) => ReceiveAsync(tenant, channelId, Text(from, text, wamid));

    public Task<ReceivedMessage> ReceiveAsync(
        TenantRef tenant,
        Guid channelId,
        InboundMessage message
    ) => DoAsync(tenant, Actor.System, Receive(channelId, message));

    /// <summary>With WhatsApp's window of 24 hours, reopening within 72.</summary>
    public static ReceiveMessage Receive(Guid channelId, InboundMessage message) =>
        new(
            channelId,
            ChannelTypes.WhatsApp,
            message,
            TimeSpan.FromHours(24),
            TimeSpan.FromHours(72)
        );

    public Task<Result<T>> RunAsync<T>(
        TenantRef tenant,
        Actor actor,
        ITenantOperation<T> operation
    ) => Units.RunAsync(tenant, actor, operation, CancellationToken.None);

    /// <summary>Runs an operation that must succeed.</summary>
    public async Task<T> DoAsync<T>(TenantRef tenant, Actor actor, ITenantOperation<T> operation) =>
        (await RunAsync(tenant, actor, operation)).Value;

    public Task<T> ReadAsync<T>(
        TenantRef tenant,
        Func<TenantUnit, Task<T>> read,
        Actor? actor = null
    ) =>
        Units.ReadAsync(
            tenant,
            actor ?? Actor.System,
            (unit, _) => read(unit),
            CancellationToken.None
        );

    /// <summary>One value as the owner of the tables, with the tenant named when one is given.</summary>
    public async Task<T?> AskAsync<T>(string sql, TenantRef? tenant = null)
    {
        await using var connection = await OpenOwnerAsync(tenant);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>Runs statements as the owner of the tables, with the tenant named when one is given.</summary>
    public async Task ExecuteAsync(string sql, TenantRef? tenant = null)
    {
        await using var connection = await OpenOwnerAsync(tenant);
        // A filling of ten thousand rows takes its time on a machine that is busy.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 180 };
        await command.ExecuteNonQueryAsync();
    }

    public async Task<NpgsqlConnection> OpenOwnerAsync(TenantRef? tenant = null)
    {
        var connection = await owner!.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            $"""
            SET ROLE flame_owner; SET search_path = {tenant?.SchemaName
                ?? "shared"}, shared, public;
            SET app.current_tenant_id = '{tenant?.Id}'
            """,
            connection
        );
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>A name that no other in this database has.</summary>
    public string Next(string prefix) =>
        prefix + Interlocked.Increment(ref counter).ToString(CultureInfo.InvariantCulture);

    /// <summary>For classes that add services, or put fakes in place.</summary>
    protected virtual void Configure(IServiceCollection collection) { }

    private void AddServices(ServiceCollection collection, DatabaseLogins? logins = null)
    {
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton<ILookupNormalizer, UpperInvariantLookupNormalizer>();
        collection.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
        collection.AddFlameData(logins ?? Logins, masterKey);
        Configure(collection);
    }

    private sealed record Sql(string Text) : ITenantOperation<int>
    {
        public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct) =>
            await unit.Db.Database.ExecuteSqlRawAsync(Text, ct);
    }
}
