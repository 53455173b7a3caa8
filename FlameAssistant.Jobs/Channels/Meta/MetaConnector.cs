using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Conversations;

namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>What Messenger and Instagram do alike; each says what it is and where its API is.</summary>
internal sealed class MetaConnector(
    MetaDialect dialect,
    Func<Channel, string> rootOf,
    MetaClient client,
    ChannelFields fields,
    MediaLinks links
)
{
    private const string TokenField = "access_token";

    public string Root(Channel channel) => rootOf(channel);

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body) =>
        MetaParser.Parse(dialect, body);

    public async Task<DeliveryOutcome> SendAsync(
        Guid tenantId,
        Delivery delivery,
        CancellationToken ct
    )
    {
        var customer = delivery
            .Identities.FirstOrDefault(i => i.Kind == dialect.IdentityKind)
            ?.Value;
        if (customer is null)
        {
            return new DeliveryOutcome.Rejected(
                "no_recipient",
                $"The contact has no {dialect.Name} identity on this channel."
            );
        }
        var token = fields.Secret(tenantId, delivery.Channel, TokenField);
        if (!token.IsOk)
        {
            return new DeliveryOutcome.Rejected(token.Error.Code, token.Error.Message);
        }
        var link = delivery.File is { } file ? links.Make(tenantId, file) : null;
        return await client.SendAsync(
            dialect,
            rootOf(delivery.Channel),
            token.Value,
            MetaBody.Message(dialect, customer, delivery, link),
            ct
        );
    }

    public Task<Stream?> OpenMediaAsync(string externalId, CancellationToken ct) =>
        client.OpenAsync(externalId, ct);

    public async Task<string?> FindNameAsync(
        Guid tenantId,
        Channel channel,
        InboundIdentity identity,
        string fieldNames,
        CancellationToken ct
    )
    {
        var token = fields.Secret(tenantId, channel, TokenField);
        if (!token.IsOk)
        {
            return null;
        }
        var (status, answer) = await client.GetAsync(
            $"{rootOf(channel)}/{Uri.EscapeDataString(identity.Value)}?fields={fieldNames}",
            token.Value,
            ct
        );
        if ((int)status is >= 500 or 429)
        {
            throw new HttpRequestException($"The provider answered {(int)status}.", null, status);
        }
        var name =
            MetaClient.Text(answer?["name"])
            ?? string.Join(
                ' ',
                new[]
                {
                    MetaClient.Text(answer?["first_name"]),
                    MetaClient.Text(answer?["last_name"]),
                }.Where(part => !string.IsNullOrWhiteSpace(part))
            );
        return string.IsNullOrWhiteSpace(name) ? MetaClient.Text(answer?["username"]) : name;
    }

    public async Task ShowAsync(
        Guid tenantId,
        Channel channel,
        InboundIdentity identity,
        ChannelActivity activity,
        CancellationToken ct
    )
    {
        var token = fields.Secret(tenantId, channel, TokenField);
        if (token.IsOk)
        {
            await client.SendAsync(
                dialect,
                rootOf(channel),
                token.Value,
                MetaBody.Action(identity.Value, activity),
                ct
            );
        }
    }
}
