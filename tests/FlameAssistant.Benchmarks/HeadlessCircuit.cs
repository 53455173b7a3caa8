using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Benchmarks;

/// <summary>
/// An open page without a browser: it signs in, starts the circuit as <c>blazor.web.js</c> does, takes every render batch and
/// answers what the server asks of the browser. Fifty browsers on one machine would measure the browsers.
/// </summary>
internal sealed partial class HeadlessCircuit : IAsyncDisposable
{
    private readonly HubConnection hub;
    private readonly Lock gate = new();
    private readonly List<(byte[] Text, TaskCompletionSource Seen)> watches = [];
    private readonly System.Collections.Concurrent.ConcurrentDictionary<long, string> modules = [];
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, long> scripts = new(
        StringComparer.Ordinal
    );
    private int objects;

    private HeadlessCircuit(HubConnection hub) => this.hub = hub;

    public long Received { get; private set; }

    public static async Task<CookieContainer> SignInAsync(
        string address,
        string user,
        string password
    )
    {
        var cookies = new CookieContainer();
        using var http = Client(address, cookies);
        var form = await http.GetStringAsync("/account/login");
        var fields = HiddenFields()
            .Matches(form)
            .Select(field =>
                KeyValuePair.Create(
                    NameAttribute().Match(field.Value).Groups["it"].Value,
                    WebUtility.HtmlDecode(ValueAttribute().Match(field.Value).Groups["it"].Value)
                )
            )
            .DistinctBy(field => field.Key, StringComparer.Ordinal)
            .Append(KeyValuePair.Create("Form.User", user))
            .Append(KeyValuePair.Create("Form.Password", password));
        using var content = new FormUrlEncodedContent(fields);
        using var answer = await http.PostAsync("/account/login", content);
        answer.EnsureSuccessStatusCode();
        return answer.RequestMessage!.RequestUri!.AbsolutePath.StartsWith(
            "/account/login",
            StringComparison.Ordinal
        )
            ? throw new InvalidOperationException("The sign-in was refused.")
            : cookies;
    }

    /// <param name="shows">Text by which the page is known to be there.</param>
    public static async Task<HeadlessCircuit> OpenAsync(
        string address,
        string path,
        CookieContainer cookies,
        string shows
    )
    {
        using var http = Client(address, cookies);
        var html = await http.GetStringAsync(path);
        var markers = Markers().Matches(html).Select(m => JsonNode.Parse(m.Groups["it"].Value)!);
        var operations = new JsonArray([
            .. markers.Select(
                (marker, i) =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["type"] = "add",
                            ["ssrComponentId"] = i + 1,
                            ["marker"] = marker.DeepClone(),
                        }
            ),
        ]);
        var state = State().Match(html).Groups["it"].Value;

        var builder = new HubConnectionBuilder().WithUrl(
            $"{address}/_blazor",
            options => options.Cookies = cookies
        );
        builder.Services.AddSingleton<IHubProtocol, BlazorPack>();
        var circuit = new HeadlessCircuit(builder.Build());
        var shown = circuit.SeesAsync(shows);
        await circuit.StartAsync(address, path, operations, state);
        await shown.WaitAsync(TimeSpan.FromSeconds(30));
        return circuit;
    }

    private async Task StartAsync(string address, string path, JsonArray operations, string state)
    {
        hub.On<long, byte[]>("JS.RenderBatch", RenderedAsync);
        hub.On(
            "JS.BeginInvokeJS",
            [typeof(long), typeof(string), typeof(string), typeof(int), typeof(long), typeof(int)],
            call =>
                AnswerAsync(
                    (long)call[0]!,
                    (string)call[1]!,
                    (string?)call[2],
                    (int)call[3]!,
                    (long)call[4]!
                )
        );
        hub.On<string>("JS.Error", Fail);
        hub.Closed += error =>
        {
            Fail(error?.Message ?? "The connection ended.");
            return Task.CompletedTask;
        };
        await hub.StartAsync();
        var id = await hub.InvokeAsync<string?>(
            "StartCircuit",
            $"{address}/",
            address + path,
            "[]",
            state
        );
        if (id is null)
        {
            throw new InvalidOperationException("The circuit was refused.");
        }
        var batch = new JsonObject { ["batchId"] = 1, ["operations"] = operations };
        await hub.SendAsync("UpdateRootComponents", batch.ToJsonString(), state);
    }

    /// <summary>Ends when the text came in a batch; to be called before it can.</summary>
    public Task SeesAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            watches.Add((Encoding.UTF8.GetBytes(text), seen));
        }
        return seen.Task;
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    private void Fail(string message)
    {
        lock (gate)
        {
            foreach (var (_, seen) in watches)
            {
                seen.TrySetException(new InvalidOperationException(message));
            }
            watches.Clear();
        }
    }

    private async Task RenderedAsync(long batch, byte[] content)
    {
        Received += content.Length;
        lock (gate)
        {
            watches.RemoveAll(watch =>
                content.AsSpan().IndexOf(watch.Text) >= 0 && watch.Seen.TrySetResult()
            );
        }
        await hub.SendCoreAsync("OnRenderCompleted", [batch, null]);
    }

    /// <summary>As the composer's script does when Enter is pressed.</summary>
    public Task WriteAsync(string text)
    {
        var composer = scripts.Single(s =>
            s.Key.EndsWith("Composer.razor.js", StringComparison.Ordinal)
        );
        return hub.SendCoreAsync(
            "BeginInvokeDotNetFromJS",
            [
                null,
                null,
                "TakeAsync",
                composer.Value,
                JsonSerializer.Serialize((object?[])[text, Guid.NewGuid().ToString(), null]),
            ]
        );
    }

    private async Task AnswerAsync(
        long call,
        string function,
        string? arguments,
        int resultType,
        long target
    )
    {
        object? result = resultType switch
        {
            1 => new Dictionary<string, int>(StringComparer.Ordinal)
            {
                ["__jsObjectId"] = Interlocked.Increment(ref objects),
            },
            _ when string.Equals(function, "timeZone", StringComparison.Ordinal) => "UTC",
            _ => null,
        };
        Note(function, arguments, target);
        if (call != 0)
        {
            await hub.SendAsync(
                "EndInvokeJSFromDotNet",
                call,
                true,
                JsonSerializer.Serialize((object?[])[call, true, result])
            );
        }
        if (function.EndsWith("Virtualize.init", StringComparison.Ordinal))
        {
            // A list shows no rows before the browser has said how high it is.
            var list = (long)JsonNode.Parse(arguments!)![0]!["__dotNetObject"]!;
            await hub.SendCoreAsync(
                "BeginInvokeDotNetFromJS",
                [null, null, "OnSpacerAfterVisible", list, "[4000, 800, 800]"]
            );
        }
    }

    /// <summary>Which module an object is, and which component of the server each module was started for.</summary>
    private void Note(string function, string? arguments, long target)
    {
        if (function == "import")
        {
            modules[Volatile.Read(ref objects)] = (string)JsonNode.Parse(arguments!)![0]!;
        }
        else if (function == "start" && modules.TryGetValue(target, out var module))
        {
            scripts[module] = (long)JsonNode.Parse(arguments!)![1]!["__dotNetObject"]!;
        }
    }

    private static HttpClient Client(string address, CookieContainer cookies) =>
        new(new HttpClientHandler { CookieContainer = cookies }) { BaseAddress = new Uri(address) };

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex HiddenFields();

    [GeneratedRegex("name=\"(?<it>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NameAttribute();

    [GeneratedRegex("value=\"(?<it>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ValueAttribute();

    [GeneratedRegex(
        "<!--Blazor:(?<it>\\{.*?\"type\":\"server\".*?\\})-->",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Markers();

    [GeneratedRegex(
        "<!--Blazor-Server-Component-State:(?<it>[^-]*)-->",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex State();

    /// <summary>Blazor's own protocol is MessagePack under another name.</summary>
    private sealed class BlazorPack : IHubProtocol
    {
        private readonly MessagePackHubProtocol inner = new();

        public string Name => "blazorpack";

        public int Version => 1;

        public TransferFormat TransferFormat => TransferFormat.Binary;

        public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) =>
            inner.GetMessageBytes(message);

        public bool IsVersionSupported(int version) => version == Version;

        public bool TryParseMessage(
            ref System.Buffers.ReadOnlySequence<byte> input,
            IInvocationBinder binder,
            [NotNullWhen(true)] out HubMessage? message
        ) => inner.TryParseMessage(ref input, binder, out message);

        public void WriteMessage(HubMessage message, System.Buffers.IBufferWriter<byte> output) =>
            inner.WriteMessage(message, output);
    }
}
