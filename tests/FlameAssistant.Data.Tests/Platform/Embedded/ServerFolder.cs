namespace FlameAssistant.Data.Tests.Platform.Embedded;

/// <summary>A temporary root folder of an embedded server, with what lies elsewhere because of it.</summary>
public sealed class ServerFolder : IDisposable
{
    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"flame-pg-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (!Directory.Exists(Path))
        {
            File.Delete(Path);
            return;
        }
        var location = System.IO.Path.Combine(Path, "postgres.location");
        if (File.Exists(location))
        {
            Directory.Delete(File.ReadAllText(location), recursive: true);
        }
        Directory.Delete(Path, recursive: true);
    }
}
