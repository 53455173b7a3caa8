using System.Net;
using FlameAssistant.Testing;

namespace FlameAssistant.E2E.Tests.Startup;

/// <summary>A bucket by setting: wrong ones are refused at the start, and one that goes away is seen.</summary>
public sealed class FileStoreTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Wrong_settings_should_be_one_sentence_and_no_secret()
    {
        var ended = await AppProcess.RunAsync([
            ("ConnectionStrings__Flame", database.Logins.Owner),
            ("Flame__Secrets__MasterKey", TestDatabase.MasterKeyText),
            ("Flame__Urls", $"http://localhost:{AppProcess.FreePort()}"),
            ("Flame__Files__Store", "s3"),
            ("Flame__Files__S3__Bucket", "Not a bucket"),
            ("Flame__Files__S3__AccessKey", "AKIA"),
            ("Flame__Files__S3__SecretKey", FakeS3.SecretKey),
        ]);

        ended.ExitCode.ShouldBe(1);
        ended.Error.ShouldHaveSingleItem().ShouldContain("Flame__Files__S3__Bucket");
        string.Join(' ', [.. ended.Out, .. ended.Error]).ShouldNotContain(FakeS3.SecretKey);
    }

    [Fact]
    public async Task A_bucket_that_goes_away_should_be_seen_and_keep_the_node()
    {
        await using var s3 = await FakeS3.StartAsync();
        await using var app = await AppProcess.StartAsync(
            database,
            ("Flame__Files__Store", "s3"),
            ("Flame__Files__S3__Endpoint", s3.Url),
            ("Flame__Files__S3__Bucket", FakeS3.Bucket),
            ("Flame__Files__S3__Region", FakeS3.Region),
            ("Flame__Files__S3__AccessKey", FakeS3.AccessKey),
            ("Flame__Files__S3__SecretKey", FakeS3.SecretKey)
        );
        (await ReadyAsync(app)).ShouldBe((HttpStatusCode.OK, "Healthy"));

        s3.Fail(503, times: 1000);

        (await ReadyAsync(app)).ShouldBe((HttpStatusCode.OK, "Degraded"));
        app.Output.ShouldNotContain(FakeS3.SecretKey);
        app.Output.ShouldNotContain(FakeS3.AccessKey);
    }

    private static async Task<(HttpStatusCode, string)> ReadyAsync(AppProcess app)
    {
        using var answer = await app.Http.GetAsync("/health/ready");
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
