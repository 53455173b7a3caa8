using System.Security.Cryptography;
using System.Text.Json;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Jobs.Tests.Channels;

/// <summary>A connector as it is registered, with a provider at some address.</summary>
internal sealed class ConnectorHost : IAsyncDisposable
{
    private readonly Guid tenant = Guid.CreateVersion7();

    private readonly string folder = Directory.CreateTempSubdirectory("flame-connectors-").FullName;
    private readonly ServiceProvider services;
    private readonly string type;
    private readonly Channel channel;

    public ConnectorHost(string type, string providerUrl, string account, string token)
    {
        this.type = type;
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton(TimeProvider.System);
        collection.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        collection.AddSingleton<ChannelSecrets>();
        collection.AddFlameJobs(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("Flame:Channels:Graph:BaseUrl", providerUrl),
                    new("Flame:Channels:Instagram:BaseUrl", providerUrl),
                    new("Flame:Channels:Telegram:BaseUrl", providerUrl),
                    new("Flame:Outbound:AllowedPrivateHosts", "127.0.0.1"),
                    new("Flame:Files:Path", folder),
                    new("Flame:PublicUrl", "https://app.example.com"),
                ])
                .Build()
        );
        services = collection.BuildServiceProvider();
        var id = Guid.CreateVersion7();
        var secrets = services.GetRequiredService<ChannelSecrets>();
        var field = type == ChannelTypes.Telegram ? "bot_token" : "access_token";
        channel = new Channel
        {
            Id = id,
            Type = type,
            Name = type,
            AccountId = account,
            Credentials = JsonSerializer.Serialize(
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [field] = secrets.Protect(tenant, id, field, token),
                }
            ),
        };
    }

    public Channel Channel => channel;

    public Guid Tenant => tenant;

    public IChannelConnector Connector => services.GetRequiredService<ChannelCatalog>().Find(type)!;

    public MediaLinks Links => services.GetRequiredService<MediaLinks>();

    public Delivery Text(string text, string? quoted = null) =>
        new(Guid.CreateVersion7(), channel, [Customer], text, quoted);

    /// <summary>With a file of these bytes, which is in the store.</summary>
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

    public ChannelCandidate Candidate(params (string Name, string Value)[] values) =>
        new(
            tenant,
            channel.Id,
            channel.AccountId!,
            values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal),
            "https://app.example.com/webhooks/telegram/0199c3d4"
        );

    public InboundIdentity Customer =>
        type switch
        {
            ChannelTypes.Messenger => new(IdentityKinds.Psid, "6100000000000001"),
            ChannelTypes.Instagram => new(IdentityKinds.Igsid, "900000000000001"),
            _ => new(IdentityKinds.Telegram, "1111111"),
        };

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
