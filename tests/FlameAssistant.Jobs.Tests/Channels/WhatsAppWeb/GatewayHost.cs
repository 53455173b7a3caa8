using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsAppWeb;

/// <summary>What a gateway was asked.</summary>
internal sealed record Asked(string Method, string Path, string Key, JsonNode? Body);

/// <summary>The connector as it is registered, with a gateway that answers as a test says.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    public const string Session = "t_0199a1b2_main";
    public const string Key = "key-of-the-gateway";

    private readonly string folder = Directory.CreateTempSubdirectory("flame-gateway-").FullName;
    private readonly List<Asked> asked = [];
    private readonly AnswerServer? server;
    private readonly ServiceProvider services;
    private readonly Guid tenant = Guid.Parse("0199a1b2-0000-7000-8000-000000000000");
    private readonly Channel channel;
    private readonly Dictionary<string, string> values;

    private GatewayHost(
        string gateway,
        string url,
        string key,
        string session,
        AnswerServer? server,
        string publicUrl
    )
    {
        this.server = server;
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton(TimeProvider.System);
        collection.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        collection.AddSingleton<ChannelSecrets>();
        collection.AddFlameJobs(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("Flame:Outbound:AllowedPrivateHosts", "127.0.0.1"),
                    new("Flame:Files:Path", folder),
                    new("Flame:PublicUrl", publicUrl),
                ])
                .Build()
        );
        services = collection.BuildServiceProvider();
        var id = Guid.Parse("0199c3d4-0000-7000-8000-000000000000");
        var secrets = services.GetRequiredService<ChannelSecrets>();
        values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["gateway"] = gateway,
            ["base_url"] = url,
            ["session"] = session,
            ["api_key"] = key,
            ["webhook_secret"] = "waha-hmac-secret",
            ["groups"] = "true",
        };
        string[] secret = ["api_key", "webhook_secret"];
        channel = new Channel
        {
            Id = id,
            Type = ChannelTypes.WhatsAppWeb,
            Name = "Phone",
            AccountId = $"{session}@gateway",
            Config = JsonSerializer.Serialize(
                values.Where(v => !secret.Contains(v.Key)).ToDictionary()
            ),
            Credentials = JsonSerializer.Serialize(
                secret.ToDictionary(
                    field => field,
                    field => secrets.Protect(tenant, id, field, values[field])
                )
            ),
        };
    }

    public static Task<GatewayHost> AnsweringAsync(
        string gateway,
        int status,
        string body,
        string publicUrl = "https://app.example.com"
    ) => AnsweringAsync(gateway, _ => (status, body), publicUrl);

    public static async Task<GatewayHost> AnsweringAsync(
        string gateway,
        Func<Asked, (int Status, string Body)> answer,
        string publicUrl = "https://app.example.com"
    )
    {
        GatewayHost? host = null;
        var answering = await AnswerServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var text = await reader.ReadToEndAsync();
            var one = new Asked(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers[gateway == "waha" ? "X-Api-Key" : "apikey"].ToString(),
                text.Length == 0 ? null : JsonNode.Parse(text)
            );
            host!.asked.Add(one);
            var (status, body) = answer(one);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body));
        });
        return host = new GatewayHost(gateway, answering.Url, Key, Session, answering, publicUrl);
    }

    public static GatewayHost At(string gateway, string url, string key, string session) =>
        new(gateway, url, key, session, server: null, "http://localhost");

    public IReadOnlyList<Asked> Asked => asked;

    public Channel Channel => channel;

    public Guid Tenant => tenant;

    public IChannelConnector Connector =>
        services.GetRequiredService<ChannelCatalog>().Find(ChannelTypes.WhatsAppWeb)!;

    public IKeepsSession Sessions => (IKeepsSession)Connector;

    public ChannelCandidate Candidate =>
        new(
            tenant,
            channel.Id,
            channel.AccountId!,
            values,
            $"https://app.example.com/webhooks/{values["gateway"]}/{channel.Id}"
        );

    public Delivery Text(string text, string? quoted = null) =>
        new(
            Guid.CreateVersion7(),
            channel,
            [new InboundIdentity(IdentityKinds.WaId, "5511988887777")],
            text,
            quoted
        );

    public async Task<Delivery> FileAsync(
        string kind,
        string contentType,
        string name,
        byte[] content,
        string caption = ""
    )
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        await services
            .GetRequiredService<IFileStore>()
            .PutAsync(tenant, hash, new MemoryStream(content), default);
        return Text(caption) with { File = new DeliveryFile(kind, name, contentType, hash) };
    }

    public Task<DeliveryOutcome> SendAsync(Delivery delivery) =>
        Connector.SendAsync(tenant, delivery, default);

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }
}
