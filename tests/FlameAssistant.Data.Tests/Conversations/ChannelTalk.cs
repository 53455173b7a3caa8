using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>A customer and an agent on a channel of some type.</summary>
internal sealed class ChannelTalk(
    TestDatabase database,
    TenantRef tenant,
    Actor agent,
    Guid channel,
    string type
)
{
    public static readonly InboundIdentity Psid = new(IdentityKinds.Psid, "6100000000000001");
    public static readonly InboundIdentity Igsid = new(IdentityKinds.Igsid, "900000000000001");
    public static readonly InboundIdentity Chat = new(IdentityKinds.Telegram, "1111111");

    public static async Task<ChannelTalk> BeginAsync(TestDatabase database, string type)
    {
        var tenant = await database.EmptyTenantAsync();
        return new ChannelTalk(
            database,
            tenant,
            await database.NewMemberAsync(tenant),
            await database.NewChannelAsync(tenant, type: type),
            type
        );
    }

    public TenantRef Tenant => tenant;

    public Guid Channel => channel;

    public DateTimeOffset Now => database.Clock.GetUtcNow();

    public InboundIdentity Customer =>
        type switch
        {
            ChannelTypes.Messenger => Psid,
            ChannelTypes.Instagram => Igsid,
            _ => Chat,
        };

    public InboundMessage Says(
        string text,
        string id,
        DateTimeOffset? at = null,
        bool isEcho = false
    ) => new(id, [Customer], "Ana", at ?? Now, "text", text, IsEcho: isEcho);

    public Task<ReceivedMessage> ReceiveAsync(InboundMessage message) =>
        DoAsync(
            new ReceiveMessage(
                channel,
                type,
                message,
                type == ChannelTypes.Telegram ? null : TimeSpan.FromHours(24),
                TimeSpan.FromHours(72)
            )
        );

    public Task<int> MarkAsync(string mark, DateTimeOffset at) =>
        DoAsync(new ApplyMark(channel, new InboundMark(Customer, mark, at)));

    public Task<bool> HappensAsync(
        string target,
        string kind,
        string text,
        DateTimeOffset? at = null
    ) =>
        DoAsync(
            new ApplyMessageEvent(
                channel,
                new InboundMessageEvent(
                    target,
                    kind,
                    Guid.NewGuid().ToString("N"),
                    [Customer],
                    at ?? Now,
                    text
                )
            )
        );

    public Task<bool> StatusAsync(string externalId, string status, Guid? messageId = null) =>
        DoAsync(new ApplyStatus(channel, new InboundStatus(externalId, messageId, status, Now)));

    public Task<Result<SentMessage>> TrySendAsync(
        Guid conversation,
        string text,
        MessageRich? rich = null
    ) =>
        database.RunAsync(
            tenant,
            agent,
            new SendMessage(conversation, text, Guid.NewGuid().ToString()) { Rich = rich }
        );

    public async Task<Guid> SendAsync(Guid conversation, string text, MessageRich? rich = null) =>
        (await TrySendAsync(conversation, text, rich)).Value.Id;

    public Task<Result<SentMessage>> ResendAsync(Guid message) =>
        database.RunAsync(tenant, agent, new ResendMessage(message));

    public async Task<Delivery?> BeginAsync(Guid message) =>
        await DoAsync(new BeginDelivery(await WorkAsync(message), message));

    public async Task<string> FinishAsync(Guid message, DeliveryOutcome outcome) =>
        await DoAsync(new FinishDelivery(await WorkAsync(message), message, outcome));

    public async Task<string> DeliverAsync(Guid message, DeliveryOutcome outcome)
    {
        (await BeginAsync(message)).ShouldNotBeNull();
        return await FinishAsync(message, outcome);
    }

    public Task<List<Message>> MessagesAsync() =>
        database.ReadAsync(
            tenant,
            unit => unit.Db.Messages.OrderBy(m => m.Seq).AsNoTracking().ToListAsync()
        );

    public async Task<Message> MessageAsync(Guid id) =>
        (await MessagesAsync()).Single(m => m.Id == id);

    public Task<List<OutboxItem>> OutboxAsync() =>
        database.ReadAsync(tenant, unit => unit.Db.Outbox.AsNoTracking().ToListAsync());

    public Task<ThreadPage> ThreadAsync(Guid conversation) =>
        database.ReadAsync(tenant, unit => unit.ReadThreadAsync(conversation, null, default));

    public Task<T> DoAsync<T>(ITenantOperation<T> operation) =>
        database.DoAsync(tenant, Actor.System, operation);

    private async Task<Guid> WorkAsync(Guid message) =>
        (await OutboxAsync())
            .Find(o => o.SubjectId == message && o.Kind == OutboxKinds.DeliverMessage)
            ?.Id
        ?? Guid.NewGuid();
}
