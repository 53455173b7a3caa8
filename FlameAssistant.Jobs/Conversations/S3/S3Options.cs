namespace FlameAssistant.Jobs.Conversations.S3;

/// <summary><c>Flame__Files__S3__…</c>: a bucket at Amazon, or at anything that speaks like it.</summary>
public sealed class S3Options
{
    /// <summary>The service's address; Amazon's own for the region when empty.</summary>
    public string? Endpoint { get; set; }

    public string Bucket { get; set; } = "";

    public string Region { get; set; } = "us-east-1";

    public string AccessKey { get; set; } = "";

    public string SecretKey { get; set; } = "";

    /// <summary>Whether the bucket stands in the path and not in the host's name. Every service takes that.</summary>
    public bool PathStyle { get; set; } = true;

    internal Uri Address
    {
        get
        {
            var service = new Uri(
                string.IsNullOrWhiteSpace(Endpoint)
                    ? $"https://s3.{Region}.amazonaws.com"
                    : Endpoint
            );
            var address = new UriBuilder(service);
            if (PathStyle)
            {
                address.Path = $"{service.AbsolutePath.TrimEnd('/')}/{Bucket}/";
            }
            else
            {
                address.Host = $"{Bucket}.{service.Host}";
                address.Path = $"{service.AbsolutePath.TrimEnd('/')}/";
            }
            return address.Uri;
        }
    }

    /// <summary>Each names its setting and says what to do; none shows a value that is secret.</summary>
    internal IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (
            !string.IsNullOrWhiteSpace(Endpoint)
            && !(
                Uri.TryCreate(Endpoint, UriKind.Absolute, out var address)
                && address.Scheme is "http" or "https"
                && address is { Query: "", Fragment: "", UserInfo: "" }
            )
        )
        {
            problems.Add(
                "Flame__Files__S3__Endpoint must be an address like https://s3.example.com, without a query or a user."
            );
        }
        if (!IsBucket(Bucket))
        {
            problems.Add(
                "Flame__Files__S3__Bucket must name a bucket: 3 to 63 small letters, digits, dots and hyphens."
            );
        }
        if (Region.Length == 0 || !Region.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            problems.Add(
                "Flame__Files__S3__Region must be a region like eu-west-1; services without regions take us-east-1."
            );
        }
        if (string.IsNullOrWhiteSpace(AccessKey) || string.IsNullOrWhiteSpace(SecretKey))
        {
            problems.Add(
                "Flame__Files__S3__AccessKey and Flame__Files__S3__SecretKey must both be set, of a user who may list the bucket and get, put and delete its objects."
            );
        }
        return problems;
    }

    // A record or a serializer would print the secret.
    public override string ToString() => $"{Bucket} at {Endpoint}";

    private static bool IsBucket(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-')
        && !name.Contains("..", StringComparison.Ordinal)
        && char.IsAsciiLetterOrDigit(name[0])
        && char.IsAsciiLetterOrDigit(name[^1]);
}
