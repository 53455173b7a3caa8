using System.Text;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SkiaSharp;
using FileOptions = FlameAssistant.Jobs.Conversations.FileOptions;

namespace FlameAssistant.Jobs.Tests.Conversations;

/// <summary>Files into drafts and messages: what they are, how large, whose, and what becomes of those nobody sends.</summary>
public sealed class FileUploadTests(JobsDatabase database)
    : IClassFixture<JobsDatabase>,
        IAsyncLifetime,
        IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flame-files-").FullName;
    private DiskFileStore store = null!;
    private FileUploads uploads = null!;
    private TenantRef tenant = null!;
    private Guid channel;
    private Guid conversation;
    private Actor agent = null!;

    public async ValueTask InitializeAsync()
    {
        store = new DiskFileStore(Options.Create(new FileOptions { Path = folder }));
        uploads = new FileUploads(database.Units, store, NullLogger<FileUploads>.Instance);
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        conversation = (
            await database.ReceiveAsync(tenant, channel, "5491155557000")
        ).ConversationId;
        agent = await database.NewMemberAsync(tenant);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_picture_should_be_kept_once_with_a_small_copy_and_go_with_a_message()
    {
        var picture = Picture(1200, 600);
        var first = (await StageAsync("foto ñ.png", picture)).Value;
        var second = (await StageAsync("otra.png", picture)).Value;
        Files().Count.ShouldBe(2);
        var served = await FindAsync(agent, first);
        (served!.FileName, served.ContentType, served.SizeBytes).ShouldBe(
            ("foto ñ.png", "image/png", picture.Length)
        );
        await using (
            var thumbnail = await store.OpenAsync(tenant.Id, served.ThumbnailHash!, default)
        )
        {
            using var small = SKBitmap.Decode(thumbnail);
            (small.Width, small.Height).ShouldBe((480, 240));
        }

        var sent = await database.DoAsync(
            tenant,
            agent,
            new SendMessage(conversation, "mira", "k", Uploads: [first, second])
        );
        var thread = await database.ReadAsync(
            tenant,
            unit => unit.ReadThreadAsync(conversation, null, default)
        );
        thread
            .Messages.Skip(1)
            .Select(m => (m.MessageType, m.Content))
            .ShouldBe([("image", "mira"), ("image", "")]);
        thread.Messages[1].Id.ShouldBe(sent.Id);
        thread
            .Messages[1]
            .Files.Single()
            .ShouldSatisfyAllConditions(
                f => f.Id.ShouldBe(first),
                f => (f.Width, f.Height).ShouldBe((1200, 600)),
                f => f.HasThumbnail.ShouldBeTrue()
            );
        (
            await database.ReadAsync(
                tenant,
                unit => unit.ListUploadsAsync(conversation, default),
                agent
            )
        ).ShouldBeEmpty();
        (
            await database.RunAsync(
                tenant,
                agent,
                new SendMessage(conversation, "otra vez", "k2", Uploads: [first])
            )
        ).Error.ShouldBe(FileErrors.UploadGone);
    }

    [Theory]
    [InlineData("photo.jpg", "MZ\u0090 a program", "file.type")]
    [InlineData("photo.jpg", "<html><script>alert(1)</script>", "file.type")]
    [InlineData("drawing.svg", "<svg onload='alert(1)'/>", "file.type")]
    [InlineData("photo.jpg", "%PDF-1.7 not a picture", "file.lying")]
    [InlineData("contract.pdf", "GIF89a not a contract", "file.lying")]
    [InlineData("empty.txt", "", "file.empty")]
    [InlineData("photo.gif", "GIF89a and nothing else", "file.broken")]
    public async Task A_file_should_be_what_it_says(string name, string content, string code)
    {
        (await StageAsync(name, Encoding.Latin1.GetBytes(content))).Error!.Code.ShouldBe(code);
        Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task Texts_and_names_should_be_harmless()
    {
        var id = (
            await StageAsync("../../etc/pass\u0000wd\n.txt", Encoding.UTF8.GetBytes("olá ñandú"))
        ).Value;
        var served = (await FindAsync(agent, id)).ShouldNotBeNull();
        served.FileName.ShouldNotContain("/");
        served.FileName.Any(char.IsControl).ShouldBeFalse();
        served.ContentType.ShouldBe("text/plain");
        await Should.ThrowAsync<ArgumentException>(() =>
            store.OpenAsync(tenant.Id, "../../../../etc/passwd", default)
        );
    }

    [Fact]
    public async Task A_picture_of_too_many_pixels_should_not_be_unpacked()
    {
        // The header of a PNG of 60,000 by 60,000 pixels, which would take 14 GB.
        byte[] bomb =
        [
            0x89,
            0x50,
            0x4E,
            0x47,
            0x0D,
            0x0A,
            0x1A,
            0x0A,
            0x00,
            0x00,
            0x00,
            0x0D,
            0x49,
            0x48,
            0x44,
            0x52,
            0x00,
            0x00,
            0xEA,
            0x60,
            0x00,
            0x00,
            0xEA,
            0x60,
            0x08,
            0x06,
            0x00,
            0x00,
            0x00,
            0x00,
            0x00,
            0x00,
            0x00,
        ];
        (await StageAsync("bomb.png", bomb)).Error.ShouldBe(FileErrors.Broken);
    }

    [Fact]
    public async Task Limits_should_be_the_channels_and_the_plans()
    {
        await database.ExecuteAsync(
            $"UPDATE integrations SET max_attachment_mb = 1 WHERE id = '{channel}'",
            tenant
        );
        var large = new byte[(1024 * 1024) + 1];
        Array.Fill(large, (byte)'a');
        (await StageAsync("large.txt", large)).Error!.Code.ShouldBe("file.too_large");
        await database.ExecuteAsync(
            "INSERT INTO stored_files (content_hash, size_bytes) VALUES (repeat('a', 64), 11::bigint * 1024 * 1024 * 1024)",
            tenant
        );
        var full = (await StageAsync("small.txt", Encoding.UTF8.GetBytes("hola"))).Error!;
        (full.Code, full.Args).ShouldSatisfyAllConditions(
            e => e.Code.ShouldBe("file.storage_full"),
            e => e.Args.ShouldBe(["11", 10])
        );
    }

    [Fact]
    public async Task Files_should_be_served_to_who_sees_the_conversation_only()
    {
        var other = await database.NewMemberAsync(tenant);
        var id = (await StageAsync("a.txt", Encoding.UTF8.GetBytes("hola"))).Value;
        (await FindAsync(other, id)).ShouldBeNull();
        (await database.RunAsync(tenant, other, new DiscardUpload(id))).Error.ShouldBe(
            FileErrors.NotFound
        );
        (
            await database.RunAsync(
                tenant,
                other,
                new SendMessage(conversation, "x", "k", Uploads: [id])
            )
        ).Error.ShouldBe(FileErrors.UploadGone);
        await database.DoAsync(
            tenant,
            agent,
            new SendMessage(conversation, "", "k1", IsPrivate: true, Uploads: [id])
        );
        (await FindAsync(other, id)).ShouldNotBeNull();
        await database.AddChannelMemberAsync(tenant, channel, agent);
        (await FindAsync(other, id)).ShouldBeNull();
        var stranger = await database.NewTenantAsync();
        (
            await database.ReadAsync(
                stranger,
                unit => unit.FindFileAsync(id, default),
                await database.NewMemberAsync(stranger, MemberRoles.Admin)
            )
        ).ShouldBeNull();
    }

    [Fact]
    public async Task What_nobody_sent_should_be_taken_away_and_nothing_else()
    {
        var kept = (await StageAsync("kept.txt", Encoding.UTF8.GetBytes("kept"))).Value;
        await StageAsync("lost.png", Picture(10, 10));
        await database.DoAsync(
            tenant,
            agent,
            new SendMessage(conversation, "", "k", IsPrivate: true, Uploads: [kept])
        );
        var job = ActivatorUtilities.CreateInstance<RemoveOrphansJob>(
            database.Services,
            store,
            NullLogger<RemoveOrphansJob>.Instance
        );
        (await job.RunAsync(default)).ShouldBe(0);
        database.Clock.Advance(TimeSpan.FromDays(2));
        (await job.RunAsync(default)).ShouldBe(2);
        Files().ShouldHaveSingleItem();
        await using var bytes = await store.OpenAsync(
            tenant.Id,
            (await FindAsync(agent, kept))!.ContentHash,
            default
        );
        bytes.ShouldNotBeNull();
    }

    private Task<Result<Guid>> StageAsync(string name, byte[] content) =>
        uploads.StageAsync(
            tenant,
            agent,
            conversation,
            name,
            new MemoryStream(content),
            CancellationToken.None
        );

    private Task<ServedFile?> FindAsync(Actor who, Guid id) =>
        database.ReadAsync(tenant, unit => unit.FindFileAsync(id, default), who);

    private List<string> Files() =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)];

    private static byte[] Picture(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(SKColors.OrangeRed);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
