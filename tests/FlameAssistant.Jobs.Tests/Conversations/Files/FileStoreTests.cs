using System.Security.Cryptography;
using FlameAssistant.Jobs.Conversations;

namespace FlameAssistant.Jobs.Tests.Conversations.Files;

/// <summary>What every file store does, wherever it keeps them.</summary>
public abstract class FileStoreTests
{
    private readonly Guid tenant = Guid.CreateVersion7();
    private readonly Guid other = Guid.CreateVersion7();

    internal abstract IFileStore Store { get; }

    [Fact]
    public async Task What_is_put_should_be_there_as_it_was_and_only_for_its_tenant()
    {
        var content = Bytes(300_000);
        var hash = await PutAsync(tenant, content);

        (await ReadAsync(tenant, hash)).ShouldBe(content);
        (await Store.OpenAsync(other, hash, default)).ShouldBeNull();
        (await Store.OpenAsync(tenant, HashOf([1]), default)).ShouldBeNull();
    }

    [Fact]
    public async Task Putting_again_should_change_nothing()
    {
        var content = Bytes(1000);
        var hash = await PutAsync(tenant, content);
        await PutAsync(tenant, content);

        (await ReadAsync(tenant, hash)).ShouldBe(content);
    }

    [Fact]
    public async Task Parts_should_be_read_from_anywhere()
    {
        var content = Bytes(200_000);
        var hash = await PutAsync(tenant, content);
        await using var file = (await Store.OpenAsync(tenant, hash, default))!;

        file.CanSeek.ShouldBeTrue();
        file.Length.ShouldBe(content.Length);
        foreach (var (from, count) in new[] { (150_000, 1000), (0, 500), (500, 20), (199_999, 1) })
        {
            file.Seek(from, SeekOrigin.Begin);
            var part = new byte[count];
            await file.ReadExactlyAsync(part);
            part.ShouldBe(content[from..(from + count)]);
        }
        (await file.ReadAsync(new byte[10])).ShouldBe(0);
    }

    [Fact]
    public async Task A_large_file_should_be_whole()
    {
        var content = Bytes(20 * 1024 * 1024);
        var hash = await PutAsync(tenant, content);
        await using var file = (await Store.OpenAsync(tenant, hash, default))!;

        Convert.ToHexStringLower(await SHA256.HashDataAsync(file)).ShouldBe(hash);
    }

    [Fact]
    public async Task Deleting_should_be_possible_twice()
    {
        var hash = await PutAsync(tenant, Bytes(10));

        await Store.DeleteAsync(tenant, hash, default);
        await Store.DeleteAsync(tenant, hash, default);

        (await Store.OpenAsync(tenant, hash, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_tenants_files_should_go_without_those_of_another_and_twice_is_once()
    {
        var hashes = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            hashes.Add(await PutAsync(tenant, Bytes(100)));
        }
        var kept = await PutAsync(other, Bytes(100));

        await Store.DeleteTenantAsync(tenant, default);
        await Store.DeleteTenantAsync(tenant, default);

        foreach (var hash in hashes)
        {
            (await Store.OpenAsync(tenant, hash, default)).ShouldBeNull();
        }
        (await ReadAsync(other, kept)).Length.ShouldBe(100);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../etc/passwd")]
    [InlineData("ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789")]
    public async Task A_name_should_be_a_hash_and_nothing_else(string name)
    {
        await Should.ThrowAsync<ArgumentException>(() => Store.OpenAsync(tenant, name, default));
        await Should.ThrowAsync<ArgumentException>(() => Store.DeleteAsync(tenant, name, default));
        await Should.ThrowAsync<ArgumentException>(() =>
            Store.PutAsync(tenant, name, new MemoryStream(), default)
        );
    }

    [Fact]
    public async Task A_store_that_works_should_say_so() => await Store.CheckAsync(default);

    private protected async Task<string> PutAsync(Guid owner, byte[] content)
    {
        var hash = HashOf(content);
        await Store.PutAsync(owner, hash, new MemoryStream(content), default);
        return hash;
    }

    private protected async Task<byte[]> ReadAsync(Guid owner, string hash)
    {
        await using var file = (await Store.OpenAsync(owner, hash, default))!;
        using var read = new MemoryStream();
        await file.CopyToAsync(read);
        return read.ToArray();
    }

    private protected static byte[] Bytes(int count) => RandomNumberGenerator.GetBytes(count);

    private protected static string HashOf(byte[] content) =>
        Convert.ToHexStringLower(SHA256.HashData(content));
}
