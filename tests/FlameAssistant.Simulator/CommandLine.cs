using System.Globalization;
using System.Text.Json;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator;

/// <summary>The exe's arguments, read into options; a wrong one is a <see cref="FormatException"/> that says how.</summary>
internal sealed record CommandLine
{
    private const string Usage =
        "Usage: [--urls URL] [--parent-pid N] [--channels FILE|-] [--status-delay-ms N] [--auto-read]";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    public SimulatorOptions Options { get; private init; } = new();

    public int? ParentPid { get; private init; }

    public static async Task<CommandLine> ReadAsync(string[] args, TextReader stdin)
    {
        var urls = SimulatorOptions.DefaultUrl;
        var delay = new SimulatorOptions().StatusDelay;
        var autoRead = false;
        int? parent = null;
        IReadOnlyList<SimulatedChannel> channels = [];
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
            if (name == "--auto-read")
            {
                autoRead = true;
                continue;
            }

            var value = ++i < args.Length ? args[i] : throw new FormatException(Usage);
            switch (name)
            {
                case "--urls":
                    urls = Addresses(value);
                    break;
                case "--parent-pid":
                    parent = Number(name, value);
                    break;
                case "--status-delay-ms":
                    delay = TimeSpan.FromMilliseconds(Number(name, value));
                    break;
                case "--channels":
                    channels = await ReadChannelsAsync(value, stdin);
                    break;
                default:
                    throw new FormatException($"Unknown argument {name}. {Usage}");
            }
        }

        return new CommandLine
        {
            ParentPid = parent,
            Options = new SimulatorOptions
            {
                Urls = urls,
                StatusDelay = delay,
                AutoRead = autoRead,
                Channels = channels,
            },
        };
    }

    // Kestrel would take http://localhost:80a for every address at port 80.
    private static string Addresses(string value) =>
        value
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .All(url => Uri.TryCreate(url, UriKind.Absolute, out var u) && u.Scheme == "http")
            ? value
            : throw new FormatException(
                $"--urls wants addresses like {SimulatorOptions.DefaultUrl}, not '{value}'."
            );

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{name} wants a number, not '{value}'.");

    private static async Task<IReadOnlyList<SimulatedChannel>> ReadChannelsAsync(
        string source,
        TextReader stdin
    )
    {
        try
        {
            var text =
                source == "-" ? await stdin.ReadToEndAsync() : await File.ReadAllTextAsync(source);
            var channels = JsonSerializer.Deserialize<List<SimulatedChannel>>(text, Json) ?? [];
            foreach (var channel in channels)
            {
                if (channel.Problem() is { } problem)
                {
                    throw new FormatException($"--channels {source}: {problem}");
                }
            }

            return channels;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException(
                $"--channels {source} could not be read as a JSON list of channels: {e.Message}",
                e
            );
        }
    }
}
