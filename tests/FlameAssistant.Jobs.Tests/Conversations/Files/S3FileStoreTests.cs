using System.Collections.Concurrent;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Jobs.Conversations.S3;
using FlameAssistant.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using FileOptions = FlameAssistant.Jobs.Conversations.FileOptions;

namespace FlameAssistant.Jobs.Tests.Conversations.Files;

/// <summary>The same battery against a bucket over HTTP, and all that a network does.</summary>
public sealed class S3FileStoreTests : FileStoreTests, IAsyncLifetime
{
    private readonly HttpClient http = new();
    private readonly LinesLogger log = new();
    private readonly Guid tenant = Guid.CreateVersion7();
    private FakeS3 s3 = null!;

    internal override IFileStore Store => NewStore(_ => { });

    public async ValueTask InitializeAsync() => s3 = await FakeS3.StartAsync();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await s3.DisposeAsync();
    }

    [Fact]
    public async Task An_object_should_be_nothing_that_a_browser_runs()
    {
        var hash = await PutAsync(tenant, "<script>alert(1)</script>"u8.ToArray());

        var (key, stored) = s3.Objects.Single();
        key.ShouldBe($"{tenant:N}/{hash[..2]}/{hash}");
        (stored.ContentType, stored.Disposition).ShouldBe(
            ("application/octet-stream", "attachment")
        );
    }

    [Fact]
    public async Task What_is_there_should_not_be_sent_again()
    {
        var content = Bytes(100);
        await PutAsync(tenant, content);
        await PutAsync(tenant, content);

        s3.Requests.Count(r => r.StartsWith("PUT", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(429)]
    public async Task A_short_failure_should_not_be_noticed(int status)
    {
        var content = Bytes(5000);
        s3.Fail(status, times: 2);
        var hash = await PutAsync(tenant, content);
        s3.Fail(status, times: 2);

        (await ReadAsync(tenant, hash)).ShouldBe(content);
    }

    [Fact]
    public async Task A_long_failure_should_be_an_error_and_no_missing_file()
    {
        var hash = await PutAsync(tenant, Bytes(10));
        s3.Fail(503, times: 100);

        var error = await Should.ThrowAsync<IOException>(() =>
            Store.OpenAsync(tenant, hash, default)
        );

        error.Message.ShouldBe("The file store answered 503 SlowDown.");
        await Should.ThrowAsync<IOException>(() => Store.CheckAsync(default));
    }

    [Fact]
    public async Task A_cut_download_should_go_on_where_it_was()
    {
        var content = Bytes(1_000_000);
        var hash = await PutAsync(tenant, content);
        s3.CutAnswers(2);

        (await ReadAsync(tenant, hash)).ShouldBe(content);
    }

    [Fact]
    public async Task A_download_that_breaks_every_time_should_end_with_an_error()
    {
        var hash = await PutAsync(tenant, Bytes(1_000_000));
        s3.CutAnswers(100);

        await Should.ThrowAsync<Exception>(() => ReadAsync(tenant, hash));
    }

    [Fact]
    public async Task A_cut_upload_should_be_sent_again_from_its_start()
    {
        var content = Bytes(1_000_000);
        s3.CutUploads(2);
        var hash = await PutAsync(tenant, content);

        (await ReadAsync(tenant, hash)).ShouldBe(content);
    }

    [Fact]
    public async Task Bytes_that_are_not_what_their_name_says_should_not_be_kept()
    {
        await Should.ThrowAsync<IOException>(() =>
            Store.PutAsync(tenant, HashOf([1]), new MemoryStream([2]), default)
        );

        s3.Objects.ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_files_of_a_tenant_should_go_page_by_page()
    {
        s3.PageSize = 7;
        for (var i = 0; i < 20; i++)
        {
            await PutAsync(tenant, Bytes(20));
        }

        await Store.DeleteTenantAsync(tenant, default);

        s3.Objects.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_service_without_parts_should_not_give_wrong_bytes()
    {
        var hash = await PutAsync(tenant, Bytes(1000));
        s3.IgnoresRanges = true;
        await using var file = (await Store.OpenAsync(tenant, hash, default))!;
        file.Seek(500, SeekOrigin.Begin);

        await Should.ThrowAsync<NotSupportedException>(async () =>
            await file.ReadExactlyAsync(new byte[10])
        );
    }

    [Fact]
    public async Task Wrong_keys_and_buckets_should_be_errors_that_show_no_secret()
    {
        var wrong = NewStore(s3 => s3.SecretKey = "another-secret-of-somebody");
        var refused = await Should.ThrowAsync<IOException>(() => wrong.CheckAsync(default));
        refused.Message.ShouldBe("The file store answered 403 SignatureDoesNotMatch.");
        var elsewhere = NewStore(s3 => s3.Bucket = "no-such-bucket");
        await Should.ThrowAsync<IOException>(() => elsewhere.CheckAsync(default));
        await Should.ThrowAsync<IOException>(() =>
            elsewhere.PutAsync(tenant, HashOf([1]), new MemoryStream([1]), default)
        );
        s3.Fail(503, times: 1);
        await Store.CheckAsync(default);

        log.Lines.ShouldNotBeEmpty();
        foreach (var line in log.Lines.Append(refused.ToString()))
        {
            line.ShouldNotContain(FakeS3.SecretKey);
            line.ShouldNotContain("another-secret");
            line.ShouldNotContain(FakeS3.AccessKey);
        }
    }

    [Fact]
    public async Task A_service_that_is_not_there_should_be_an_error()
    {
        var nowhere = NewStore(s3 => s3.Endpoint = "http://127.0.0.1:1");

        (await Should.ThrowAsync<IOException>(() => nowhere.CheckAsync(default))).Message.ShouldBe(
            "The file store does not answer."
        );
    }

    /// <summary>Amazon's own example of a list of objects.</summary>
    [Fact]
    public void A_signature_should_be_the_one_of_the_specification()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J"
        );
        S3Signature.Sign(
            request,
            new S3Options
            {
                AccessKey = "AKIAIOSFODNN7EXAMPLE",
                SecretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            },
            S3Signature.Nothing,
            new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero)
        );

        request.Headers.Authorization!.Parameter!.ShouldEndWith(
            "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        );
    }

    [Theory]
    [InlineData("disk", "", "", true)]
    [InlineData("tape", "Flame__Files__Store", "", false)]
    [InlineData("s3", "__Bucket", "bucket", false)]
    [InlineData("s3", "__Endpoint", "endpoint", false)]
    [InlineData("s3", "__Region", "region", false)]
    [InlineData("s3", "__SecretKey", "secret", false)]
    [InlineData("s3", "", "", true)]
    public void Settings_should_be_checked_by_name(
        string kind,
        string named,
        string wrong,
        bool isGood
    )
    {
        var options = new FileOptions { Store = kind };
        options.S3 = new S3Options
        {
            Endpoint =
                wrong == "endpoint" ? "ftp://files.example.com" : "https://files.example.com",
            Bucket = wrong == "bucket" ? "Not a bucket" : "bucket-1",
            Region = wrong == "region" ? "" : "eu-west-1",
            AccessKey = "AKIA",
            SecretKey = wrong == "secret" ? "" : "very-secret-value",
        };

        var result = new FileOptionsCheck().Validate(null, options);

        result.Succeeded.ShouldBe(isGood);
        if (!isGood)
        {
            result.FailureMessage!.ShouldContain(named);
            result.FailureMessage!.ShouldNotContain("very-secret-value");
        }
    }

    [Theory]
    [InlineData(null, true, "https://s3.eu-west-1.amazonaws.com/bucket-1/")]
    [InlineData(null, false, "https://bucket-1.s3.eu-west-1.amazonaws.com/")]
    [InlineData("http://minio:9000", true, "http://minio:9000/bucket-1/")]
    [InlineData("https://x.test/storage/s3/", true, "https://x.test/storage/s3/bucket-1/")]
    public void An_address_should_be_that_of_the_bucket(
        string? endpoint,
        bool isPathStyle,
        string address
    ) =>
        new S3Options
        {
            Endpoint = endpoint,
            Bucket = "bucket-1",
            Region = "eu-west-1",
            PathStyle = isPathStyle,
        }
            .Address.ToString()
            .ShouldBe(address);

    private S3FileStore NewStore(Action<S3Options> change)
    {
        var options = new FileOptions
        {
            Store = FileOptions.S3Store,
            S3 = new S3Options
            {
                Endpoint = s3.Url,
                Bucket = FakeS3.Bucket,
                Region = FakeS3.Region,
                AccessKey = FakeS3.AccessKey,
                SecretKey = FakeS3.SecretKey,
            },
        };
        change(options.S3);
        return new S3FileStore(
            new S3Client(http, Options.Create(options), TimeProvider.System, log)
        );
    }

    private sealed class LinesLogger : ILogger<S3Client>
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
