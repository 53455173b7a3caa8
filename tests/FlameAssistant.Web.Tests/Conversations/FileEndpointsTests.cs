using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Features.Conversations;
using FlameAssistant.Web.Shared;
using SkiaSharp;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>Files by HTTP: who gets them, how they come, and what is not taken.</summary>
public sealed class FileEndpointsTests(RoomsHost host) : IClassFixture<RoomsHost>, IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Actor agent = null!;
    private Guid channel;
    private Guid conversation;

    public async ValueTask InitializeAsync()
    {
        tenant = await host.Database.NewTenantAsync();
        channel = await host.Database.NewChannelAsync(tenant);
        conversation = (
            await host.Database.ReceiveAsync(tenant, channel, "5491155557000")
        ).ConversationId;
        agent = await host.Database.NewMemberAsync(tenant);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_picture_should_be_taken_shown_in_place_and_kept_by_the_browser()
    {
        using var taken = await PostAsync("foto ñ.png", Picture());
        taken.StatusCode.ShouldBe(HttpStatusCode.Created);
        var file = (await taken.Content.ReadFromJsonAsync<UploadedFile>())!;
        (file.Name, file.Kind, file.Size).ShouldBe(("foto ñ.png", "image", Picture().Length));
        file.Thumb.ShouldBe(Urls.File(tenant.Slug, file.Id, thumb: true));

        using var served = await host.GetAsync(Urls.File(tenant.Slug, file.Id), agent);
        served.StatusCode.ShouldBe(HttpStatusCode.OK);
        served.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        served.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("inline");
        served.Content.Headers.ContentDisposition.FileNameStar.ShouldBe("foto ñ.png");
        served.Headers.CacheControl!.Private.ShouldBeTrue();
        served.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");
        (await served.Content.ReadAsByteArrayAsync()).ShouldBe(Picture());

        using var again = new HttpRequestMessage(HttpMethod.Get, Urls.File(tenant.Slug, file.Id));
        again.Headers.IfNoneMatch.Add(served.Headers.ETag!);
        using var unchanged = await host.SendAsync(again, agent);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);

        using var small = await host.GetAsync(file.Thumb!, agent);
        small.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
    }

    [Fact]
    public async Task A_part_of_a_sound_should_be_served_as_a_part()
    {
        var sound = "OggS"u8.ToArray().Concat(new byte[5000]).ToArray();
        using var taken = await PostAsync("nota.ogg", sound);
        var file = (await taken.Content.ReadFromJsonAsync<UploadedFile>())!;
        file.Thumb.ShouldBeNull();
        using var ask = new HttpRequestMessage(HttpMethod.Get, Urls.File(tenant.Slug, file.Id));
        ask.Headers.Range = new RangeHeaderValue(1, 3);

        using var part = await host.SendAsync(ask, agent);

        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe("ggS"u8.ToArray());
        using var thumb = await host.GetAsync(Urls.File(tenant.Slug, file.Id, thumb: true), agent);
        thumb.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_document_should_be_saved_and_never_opened_on_this_site()
    {
        using var taken = await PostAsync("<b>a;b.pdf", "%PDF-1.7 <script>"u8.ToArray());
        var file = (await taken.Content.ReadFromJsonAsync<UploadedFile>())!;

        using var served = await host.GetAsync(Urls.File(tenant.Slug, file.Id), agent);

        served.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        served.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
    }

    [Fact]
    public async Task What_one_may_not_see_should_not_be_there()
    {
        using var taken = await PostAsync("foto.png", Picture());
        var draft = (await taken.Content.ReadFromJsonAsync<UploadedFile>())!.Id;
        var colleague = await host.Database.NewMemberAsync(tenant);
        var other = await host.Database.NewTenantAsync();
        var stranger = await host.Database.NewMemberAsync(other);

        (await StatusAsync(tenant, draft, actor: null)).ShouldBe(HttpStatusCode.Unauthorized);
        // A draft is its writer's alone, until it is sent.
        (await StatusAsync(tenant, draft, colleague)).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(tenant, draft, stranger)).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(other, draft, stranger)).ShouldBe(HttpStatusCode.NotFound);

        await host.Database.DoAsync(
            tenant,
            agent,
            new SendMessage(conversation, "mira", "k", Uploads: [draft])
        );
        var sent = await host.Database.AskAsync<Guid>("SELECT id FROM message_attachments", tenant);
        (await StatusAsync(tenant, sent, colleague)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(other, sent, stranger)).ShouldBe(HttpStatusCode.NotFound);
        // The channel is somebody else's now.
        await host.Database.AddChannelMemberAsync(tenant, channel, agent);
        (await StatusAsync(tenant, sent, colleague)).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(tenant, sent, agent)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("factura.pdf", "MZ program", HttpStatusCode.UnsupportedMediaType, "file.type")]
    [InlineData("foto.png", "%PDF-1.7", HttpStatusCode.UnsupportedMediaType, "file.lying")]
    [InlineData("page.html", "<html><script>", HttpStatusCode.UnsupportedMediaType, "file.type")]
    [InlineData("vacio.txt", "", HttpStatusCode.BadRequest, "file.empty")]
    public async Task Content_that_lies_should_be_refused_with_a_reason(
        string name,
        string content,
        HttpStatusCode status,
        string code
    )
    {
        // Whatever the browser calls it.
        using var refused = await PostAsync(name, Encoding.ASCII.GetBytes(content), "image/png");

        refused.StatusCode.ShouldBe(status);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await ProblemAsync(refused)).ShouldBe(code);
    }

    [Fact]
    public async Task A_file_larger_than_the_channel_takes_should_be_refused()
    {
        await host.Database.ExecuteAsync("UPDATE integrations SET max_attachment_mb = 1", tenant);

        using var refused = await PostAsync(
            "largo.txt",
            Encoding.ASCII.GetBytes(new string('a', 1048577))
        );

        refused.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await ProblemAsync(refused)).ShouldBe("file.too_large");
    }

    [Fact]
    public async Task A_file_should_come_only_from_our_page_and_into_a_conversation_one_may_answer()
    {
        using var forged = await PostAsync("foto.png", Picture(), proven: false);
        forged.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ProblemAsync(forged)).ShouldBe("file.unproven");

        using var elsewhere = await PostAsync("foto.png", Picture(), into: Guid.NewGuid());
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var viewer = await host.Database.NewMemberAsync(tenant, Data.Members.MemberRoles.Viewer);
        using var forbidden = await PostAsync("foto.png", Picture(), actor: viewer);
        forbidden.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<HttpStatusCode> StatusAsync(TenantRef where, Guid id, Actor? actor)
    {
        using var answer = await host.GetAsync(Urls.File(where.Slug, id), actor);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> PostAsync(
        string name,
        byte[] content,
        string type = "application/octet-stream",
        bool proven = true,
        Guid? into = null,
        Actor? actor = null
    )
    {
        var part = new ByteArrayContent(content);
        part.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var form = new MultipartFormDataContent { { part, "file", name } };
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            Urls.Upload(tenant.Slug, into ?? conversation)
        )
        {
            Content = form,
        };
        if (proven)
        {
            var (token, cookie) = await host.FormAsync(actor ?? agent);
            request.Headers.Add("RequestVerificationToken", token);
            request.Headers.Add("Cookie", cookie);
        }
        return await host.SendAsync(request, actor ?? agent);
    }

    private static async Task<string?> ProblemAsync(HttpResponseMessage answer)
    {
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        return problem.RootElement.GetProperty("code").GetString();
    }

    private static byte[] Picture()
    {
        using var picture = new SKBitmap(60, 40);
        picture.Erase(SKColors.Orange);
        using var data = picture.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
