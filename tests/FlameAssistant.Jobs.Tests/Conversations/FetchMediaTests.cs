using System.Text;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Jobs.Outbox;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using FileOptions = FlameAssistant.Jobs.Conversations.FileOptions;

namespace FlameAssistant.Jobs.Tests.Conversations;

/// <summary>What customers send: fetched once, kept by its content, or visibly failed.</summary>
public sealed class FetchMediaTests(JobsDatabase database)
    : IClassFixture<JobsDatabase>,
        IAsyncLifetime,
        IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flame-media-").FullName;
    private TenantRef tenant = null!;
    private Guid conversation;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        var channel = await database.NewChannelAsync(tenant);
        conversation = (
            await database.ReceiveAsync(
                tenant,
                channel,
                database.Text("5491155559000", "") with
                {
                    Type = "document",
                    Media = [new InboundMedia("document", "media-1", "nota ñ.txt", "image/png")],
                }
            )
        ).ConversationId;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_file_should_be_kept_as_what_it_is()
    {
        (await FileAsync()).State.ShouldBe(AttachmentStates.Pending);
        var provider = new Provider(() => new MemoryStream(Encoding.UTF8.GetBytes("hola")));
        await HandleAsync(provider);
        (await FileAsync()).ShouldSatisfyAllConditions(
            f => f.State.ShouldBe(AttachmentStates.Stored),
            f => f.ContentType.ShouldBe("text/plain"),
            f => f.SizeBytes.ShouldBe(4),
            f => f.FileName.ShouldBe("nota ñ.txt")
        );
        provider.Asked.ShouldBe(["media-1"]);
        (await RowsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_may_not_be_kept_should_fail_visibly()
    {
        await HandleAsync(new Provider(() => new MemoryStream("MZ\0\0program"u8.ToArray())));
        var file = await FileAsync();
        (file.State, file.ErrorMessage).ShouldBe(
            (AttachmentStates.Failed, FileErrors.Forbidden.Message)
        );
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_should_be_asked_again_and_then_given_up()
    {
        var provider = new Provider(() => throw new HttpRequestException("down"));
        await HandleAsync(provider, attempts: 1);
        (await FileAsync()).State.ShouldBe(AttachmentStates.Pending);
        (await RowsAsync()).ShouldHaveSingleItem();
        await HandleAsync(provider, attempts: 5);
        (await FileAsync()).State.ShouldBe(AttachmentStates.Failed);
        (await RowsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_is_away_should_be_tried_again_and_the_file_then_kept()
    {
        var full = Path.Combine(folder, "not-a-folder");
        await File.WriteAllTextAsync(full, "");
        var provider = new Provider(() => new MemoryStream("hola"u8.ToArray()));

        await HandleAsync(
            provider,
            store: new DiskFileStore(Options.Create(new FileOptions { Path = full }))
        );
        (await FileAsync()).State.ShouldBe(AttachmentStates.Pending);
        (await RowsAsync()).ShouldHaveSingleItem();

        await HandleAsync(provider, attempts: 2);
        (await FileAsync()).State.ShouldBe(AttachmentStates.Stored);
    }

    private async Task HandleAsync(
        IChannelConnector provider,
        int attempts = 1,
        IFileStore? store = null
    )
    {
        var row = (await RowsAsync()).Single();
        var handler = new FetchMediaHandler(
            database.Units,
            new ChannelCatalog([provider]),
            new FileUploads(
                database.Units,
                store ?? new DiskFileStore(Options.Create(new FileOptions { Path = folder })),
                NullLogger<FileUploads>.Instance
            )
        );
        await handler.HandleAsync(
            tenant,
            new ClaimedWork(row.Id, tenant.Id, row.SubjectId, attempts),
            default
        );
    }

    private async Task<ThreadFile> FileAsync() =>
        (
            await database.ReadAsync(
                tenant,
                unit => unit.ReadThreadAsync(conversation, null, default)
            )
        )
            .Messages.Single()
            .Files.Single();

    private Task<List<OutboxItem>> RowsAsync() =>
        database.ReadAsync(
            tenant,
            unit =>
                unit.Db.Outbox.AsNoTracking()
                    .Where(o => o.Kind == OutboxKinds.FetchMedia)
                    .ToListAsync()
        );

    private sealed class Provider(Func<Stream?> open) : IChannelConnector
    {
        public List<string> Asked { get; } = [];

        public ChannelDefinition Definition { get; } =
            new(ChannelTypes.WhatsApp, "Fake", "id", [], null, TimeSpan.Zero);

        public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body) => [];

        public Task<DeliveryOutcome> SendAsync(
            Guid tenantId,
            Delivery delivery,
            CancellationToken ct
        ) => Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Lost());

        public Task<Stream?> OpenMediaAsync(
            Guid tenantId,
            Channel channel,
            string externalId,
            CancellationToken ct
        )
        {
            Asked.Add(externalId);
            return Task.FromResult(open());
        }
    }
}
