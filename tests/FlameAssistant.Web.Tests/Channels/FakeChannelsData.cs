using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Web.Features.Channels;

namespace FlameAssistant.Web.Tests.Channels;

internal sealed class FakeChannelsData : IChannelsData
{
    public static ChannelDefinition WhatsApp { get; } =
        new(
            ChannelTypes.WhatsApp,
            "WhatsApp",
            "number",
            [
                new("number") { IsRequired = true, Pattern = "[0-9]+" },
                new("access_token", ChannelFieldKind.Secret) { IsRequired = true },
                new("verify_token", ChannelFieldKind.Secret)
                {
                    IsRequired = true,
                    IsGenerated = true,
                },
                new("colour", ChannelFieldKind.Colour) { Default = "#ff0000", Group = "look" },
                new("place", ChannelFieldKind.Choice) { Options = ["left", "right"] },
                new("origins", ChannelFieldKind.Lines),
                new("days", ChannelFieldKind.Number)
                {
                    Min = 1,
                    Max = 9,
                    IsAdvanced = true,
                },
                new("on", ChannelFieldKind.Switch),
                new("base_url") { IsDevelopmentOnly = true, IsAdvanced = true },
            ],
            null,
            TimeSpan.Zero
        )
        {
            Addresses =
            [
                new("callback"),
                new("verify_token", ChannelAddressKind.Value, "verify_token"),
            ],
        };

    public static ChannelRow Shop { get; } =
        new(
            Guid.CreateVersion7(),
            ChannelTypes.WhatsApp,
            "Shop",
            ChannelStatuses.Active,
            "connected",
            null,
            "123",
            new Dictionary<string, string> { ["number"] = "123" },
            new HashSet<string> { "access_token", "verify_token" },
            new ChannelHealth(),
            DateTimeOffset.UnixEpoch
        );

    public List<ChannelRow> Rows { get; } = [Shop];

    public bool May { get; set; } = true;

    public ConnectionAnswer Answer { get; set; } = new(null, null, new ChannelCheck("+57 300"));

    public Error? Refusal { get; set; }

    public List<(string What, ChannelForm? Form)> Calls { get; } = [];

    public Func<Task>? Changed { get; private set; }

    public IReadOnlyList<ChannelDefinition> Catalog => [WhatsApp];

    public bool IsDevelopment { get; set; }

    public bool IsCheckable(string type) => true;

    public string PublicUrl => "https://flame.test";

    public string WebhookUrl(string type, Guid channelId) =>
        $"https://flame.test/webhooks/{type}/{channelId}";

    public Task<bool> MayManageAsync(CancellationToken ct) => Task.FromResult(May);

    public Task<IReadOnlyList<ChannelRow>?> ListAsync(CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<ChannelRow>?>(May ? Rows : null);

    public Task<ChannelRow?> FindAsync(Guid id, CancellationToken ct) =>
        Task.FromResult(Rows.FirstOrDefault(row => row.Id == id));

    public Task<int> CountQuarantineAsync(CancellationToken ct) => Task.FromResult(3);

    public Task<ConnectionAnswer> CheckAsync(ChannelForm form, bool isNew, CancellationToken ct) =>
        AnswerAsync("check", form);

    public Task<ConnectionAnswer> ConnectAsync(ChannelForm form, CancellationToken ct) =>
        AnswerAsync("connect", form);

    public Task<ConnectionAnswer> UpdateAsync(ChannelForm form, CancellationToken ct) =>
        AnswerAsync("update", form);

    public Task<ConnectionAnswer> CheckStoredAsync(Guid id, CancellationToken ct) =>
        AnswerAsync("check", null);

    public Task<Result<bool>> RenameAsync(Guid id, string name, CancellationToken ct) =>
        DoAsync($"rename {name}");

    public Task<Result<bool>> SetPausedAsync(Guid id, bool isPaused, CancellationToken ct) =>
        DoAsync($"paused {isPaused}");

    public Task<Result<bool>> RemoveAsync(Guid id, string name, CancellationToken ct) =>
        DoAsync($"remove {name}");

    public List<ChannelTemplate> Templates { get; } = [];

    public Result<int?> Reading { get; set; } = (int?)7;

    public bool HasTemplates(string type) => type == ChannelTypes.WhatsApp;

    public Task<IReadOnlyList<ChannelTemplate>> TemplatesAsync(Guid id, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<ChannelTemplate>>([.. Templates]);

    public Task<Result<int?>> ReadTemplatesAsync(Guid id, CancellationToken ct) =>
        Task.FromResult(Reading);

    public Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct)
    {
        Changed = onChange;
        return Task.FromResult<IDisposable?>(null);
    }

    private Task<ConnectionAnswer> AnswerAsync(string what, ChannelForm? form)
    {
        Calls.Add((what, form));
        return Task.FromResult(
            what != "check" && Answer.IsOk ? Answer with { ChannelId = form!.ChannelId } : Answer
        );
    }

    private Task<Result<bool>> DoAsync(string what)
    {
        Calls.Add((what, null));
        return Task.FromResult<Result<bool>>(Refusal is null ? true : Refusal);
    }
}
