using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsApp;

/// <summary>Files through the connector: from a bucket to Graph and back, both over HTTP.</summary>
public sealed class WhatsAppFilesTests : IAsyncLifetime
{
    private static readonly Guid tenant = Guid.CreateVersion7();
    private readonly byte[] content = RandomNumberGenerator.GetBytes(100_000);
    private SimulatorHost simulator = null!;
    private FakeS3 s3 = null!;
    private ServiceProvider services = null!;

    public async ValueTask InitializeAsync()
    {
        simulator = await SimulatorHost.StartAsync();
        simulator.Add(Fixtures.PhoneNumberId);
        s3 = await FakeS3.StartAsync();
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton(TimeProvider.System);
        collection.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        collection.AddSingleton<ChannelSecrets>();
        collection.AddFlameJobs(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("Flame:Channels:Graph:BaseUrl", simulator.Url),
                    new("Flame:Outbound:AllowedPrivateHosts", "127.0.0.1"),
                    new("Flame:Files:Store", "s3"),
                    new("Flame:Files:S3:Endpoint", s3.Url),
                    new("Flame:Files:S3:Bucket", FakeS3.Bucket),
                    new("Flame:Files:S3:Region", FakeS3.Region),
                    new("Flame:Files:S3:AccessKey", FakeS3.AccessKey),
                    new("Flame:Files:S3:SecretKey", FakeS3.SecretKey),
                ])
                .Build()
        );
        services = collection.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await s3.DisposeAsync();
        await simulator.DisposeAsync();
    }

    [Theory]
    [InlineData("image", "image/png", "Foto", "out_image_id")]
    [InlineData("audio", "audio/ogg", "", "out_audio_id")]
    [InlineData("document", "application/pdf", "", "out_document_id")]
    public async Task A_file_should_be_uploaded_and_named(
        string kind,
        string type,
        string caption,
        string fixture
    )
    {
        var expected = Fixtures.Json($"whatsapp-cloud/{fixture}.json");
        var body = expected[kind]!.AsObject();
        var delivery = await DeliveryAsync(
            new DeliveryFile(kind, (string?)body["filename"] ?? "file", type, Hash),
            (string?)body["caption"] ?? caption
        );

        (
            await Connector.SendAsync(tenant, delivery, default)
        ).ShouldBeOfType<DeliveryOutcome.Accepted>();

        var received = simulator.State.Outbox.All().ShouldHaveSingleItem();
        var sent = JsonNode.Parse(received.Body)!.AsObject();
        var id = sent[kind]!["id"]!.GetValue<string>();
        simulator
            .State.Media.Find(id)!
            .ShouldSatisfyAllConditions(
                f => f.Content.ShouldBe(content),
                f => f.ContentType.ShouldBe(type)
            );
        sent.Remove("biz_opaque_callback_data");
        body["id"] = id;
        JsonNode.DeepEquals(sent, expected).ShouldBeTrue(received.Body);
    }

    [Fact]
    public async Task What_a_customer_sent_should_be_fetched()
    {
        var delivery = await DeliveryAsync(
            new DeliveryFile("image", "a.png", "image/png", Hash),
            ""
        );
        await Connector.SendAsync(tenant, delivery, default);
        var id = simulator
            .State.Conversations.Of(Fixtures.PhoneNumberId)
            .Single()
            .Messages.Single()
            .File!.Id;

        await using var file = (
            await Connector.OpenMediaAsync(tenant, delivery.Channel, id, default)
        )!;

        using var read = new MemoryStream();
        await file.CopyToAsync(read);
        read.ToArray().ShouldBe(content);
        (await Connector.OpenMediaAsync(tenant, delivery.Channel, "404", default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_store_that_is_away_should_put_off_and_send_nothing()
    {
        var delivery = await DeliveryAsync(
            new DeliveryFile("image", "a.png", "image/png", Hash),
            "x"
        );
        s3.Fail(503, times: 100);

        (await Connector.SendAsync(tenant, delivery, default))
            .ShouldBeOfType<DeliveryOutcome.Postponed>()
            .Code.ShouldBe("file_store");

        simulator.State.Outbox.All().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_breaks_on_its_way_out_should_put_off_and_send_nothing()
    {
        var delivery = await DeliveryAsync(
            new DeliveryFile("image", "a.png", "image/png", Hash),
            "x"
        );
        s3.CutAnswers(100);

        (
            await Connector.SendAsync(tenant, delivery, default)
        ).ShouldBeOfType<DeliveryOutcome.Postponed>();

        simulator.State.Outbox.All().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_gone_should_be_said()
    {
        var delivery = await DeliveryAsync(
            new DeliveryFile("image", "a.png", "image/png", Hash),
            "x"
        );
        s3.Objects.Clear();

        (await Connector.SendAsync(tenant, delivery, default))
            .ShouldBeOfType<DeliveryOutcome.Rejected>()
            .Code.ShouldBe("file_missing");
    }

    private IChannelConnector Connector =>
        services.GetRequiredService<ChannelCatalog>().Find(ChannelTypes.WhatsApp)!;

    private string Hash => Convert.ToHexStringLower(SHA256.HashData(content));

    private async Task<Delivery> DeliveryAsync(DeliveryFile file, string text)
    {
        await services
            .GetRequiredService<IFileStore>()
            .PutAsync(tenant, file.ContentHash, new MemoryStream(content), default);
        var id = Guid.CreateVersion7();
        var secret = services
            .GetRequiredService<ChannelSecrets>()
            .Protect(tenant, id, "access_token", SimulatorHost.AccessToken);
        return new Delivery(
            Guid.CreateVersion7(),
            new Channel
            {
                Id = id,
                Type = ChannelTypes.WhatsApp,
                Name = "WhatsApp",
                AccountId = Fixtures.PhoneNumberId,
                Credentials = JsonSerializer.Serialize(
                    new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["access_token"] = secret,
                    }
                ),
            },
            [new InboundIdentity(IdentityKinds.WaId, "5511988887777")],
            text,
            QuotedExternalId: null
        )
        {
            File = file,
        };
    }
}
