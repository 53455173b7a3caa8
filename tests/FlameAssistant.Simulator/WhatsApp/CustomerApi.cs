using FlameAssistant.Simulator.Providers;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>What a customer writes, as it is posted.</summary>
internal sealed record CustomerMessage
{
    /// <summary>The phone number; left out by those who have a username only.</summary>
    public string? From { get; init; }

    public string? Name { get; init; }

    public string? Username { get; init; }

    /// <summary>Left out: invented from the number. Empty: none, as before 2026.</summary>
    public string? Bsuid { get; init; }

    public string Text { get; init; } = "";

    /// <summary>The same webhook this often, at once.</summary>
    public int Copies { get; init; } = 1;

    public string? ReplyTo { get; init; }

    /// <summary>What was pressed under the message that is replied to; its title is the text.</summary>
    public TranscriptChoice? Chosen { get; init; }

    /// <summary>Further texts that go in the same webhook, as Meta batches them.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];
}

/// <summary>The customer's side: writing and looking at the conversation.</summary>
internal sealed class CustomerApi(
    SimulatorOptions options,
    SimulatorState state,
    WebhookLanes lanes,
    ProviderList providers
)
{
    private const int LongestText = 4096;

    public static void Map(IEndpointRouteBuilder app)
    {
        var channel = app.MapGroup("/simulator/channels/{id}");
        channel.MapPost(
            "/messages",
            (string id, CustomerMessage message, CustomerApi api) => api.Write(id, message)
        );
        channel.MapGet(
            "/conversations",
            (string id, SimulatorState state) => state.Conversations.Of(id)
        );
        channel.MapGet(
            "/conversations/{from}",
            (string id, string from, SimulatorState state) =>
                state.Conversations.Find(id, from)
                ?? new Conversation(id, Customer.FromIdentity(from), [])
        );
    }

    public IResult Write(string id, CustomerMessage written, CustomerFile? sent = null)
    {
        if (state.Channels.Find(id) is not { } channel)
        {
            return Wrong.Channel(id);
        }

        if (Problem(written, mayBeEmpty: sent is not null) is { } problem)
        {
            return Wrong.Input(problem);
        }

        var provider = providers.Of(channel);
        var customer = Author(channel, written);
        var file = sent is null
            ? null
            : state.Media.Keep(id, sent.ContentType, sent.FileName, sent.Content);
        var message = new TranscriptMessage
        {
            Wamid = provider.NewId(customer, MessageDirection.In),
            Direction = MessageDirection.In,
            Type = file?.Kind ?? "text",
            File = file is null ? null : TranscriptFile.Of(file, name: null),
            Text = written.Chosen?.Title ?? written.Text,
            Chosen = written.Chosen,
            At = options.Clock.GetUtcNow(),
            ReplyTo = written.ReplyTo,
        };
        customer = state.Conversations.Append(id, customer, message);
        var messages = new List<TranscriptMessage> { message };
        foreach (var text in written.Also)
        {
            var further = message with
            {
                Wamid = provider.NewId(customer, MessageDirection.In),
                Type = "text",
                File = null,
                Text = text,
                Chosen = null,
                ReplyTo = null,
            };
            customer = state.Conversations.Append(id, customer, further);
            messages.Add(further);
        }

        _ = DeliverAsync(channel, customer, messages, written.Copies);
        return Results.Ok(
            new
            {
                wamid = message.Wamid,
                from = customer.From,
                customer,
            }
        );
    }

    /// <summary>Several at once are one webhook at Meta, and one each at Telegram.</summary>
    private async Task DeliverAsync(
        SimulatedChannel channel,
        Customer customer,
        IReadOnlyList<TranscriptMessage> messages,
        int copies
    )
    {
        var bodies = messages
            .Select(message =>
                providers
                    .Of(channel)
                    .Message(
                        channel,
                        customer,
                        message,
                        QuotedAuthor(customer, message),
                        message.File is { } file ? state.Media.Find(file.Id) : null
                    )
            )
            .ToList();
        if (ChannelKinds.Batches(channel.Type))
        {
            bodies = [MetaJson.Batch(bodies)];
        }

        var why = "";
        var each = await Task.WhenAll(
            bodies.Select(body =>
                lanes.Enqueue(
                    channel.PhoneNumberId,
                    customer,
                    body,
                    copies,
                    reason =>
                    {
                        why = reason;
                        foreach (var message in messages)
                        {
                            state.Conversations.SetNote(message.Wamid, reason);
                        }
                    }
                )
            )
        );
        var taken = each.All(one => one);
        foreach (var message in messages)
        {
            state.Conversations.Advance(
                message.Wamid,
                taken ? MessageStatus.Delivered : MessageStatus.Failed,
                taken ? null : why
            );
        }
    }

    /// <summary>Who wrote the message answered to: the customer's own number if it was the customer.</summary>
    private string? QuotedAuthor(Customer customer, TranscriptMessage message) =>
        message.ReplyTo is not null
        && state.Conversations.FindMessage(message.ReplyTo)
            is { Message.Direction: MessageDirection.In }
            ? customer.From
            : null;

    public static string? TextProblem(string text, bool mayBeEmpty = false) =>
        (string.IsNullOrWhiteSpace(text) && !mayBeEmpty) || text.Length > LongestText
            ? $"text must have 1 to {LongestText} characters."
            : null;

    private static string? Problem(CustomerMessage message, bool mayBeEmpty)
    {
        if (TextProblem(message.Text, mayBeEmpty || message.Chosen is not null) is { } textProblem)
        {
            return textProblem;
        }

        if (message.Copies is < 1 or > 10_000)
        {
            return "copies must be between 1 and 10000.";
        }

        if (string.IsNullOrEmpty(message.From))
        {
            return string.IsNullOrEmpty(message.Bsuid) ? "from or bsuid is missing." : null;
        }

        return PhoneDigits.IsNumber(message.From)
            ? null
            : "from must be a phone number with country code; people without one have only a bsuid.";
    }

    private static Customer Author(SimulatedChannel channel, CustomerMessage message)
    {
        if (channel.Type != ChannelKinds.WhatsApp)
        {
            // Elsewhere people are numbers that are no phone's.
            return new Customer
            {
                Phone = PhoneDigits.Of(
                    string.IsNullOrEmpty(message.From) ? message.Bsuid! : message.From
                ),
                Name = string.IsNullOrWhiteSpace(message.Name) ? null : message.Name,
                Username = string.IsNullOrWhiteSpace(message.Username) ? null : message.Username,
            };
        }

        var customer = Customer.FromIdentity(
            string.IsNullOrEmpty(message.From) ? message.Bsuid! : message.From
        );
        return customer with
        {
            Name = string.IsNullOrWhiteSpace(message.Name) ? null : message.Name,
            Username = string.IsNullOrWhiteSpace(message.Username) ? null : message.Username,
            Bsuid = message.Bsuid switch
            {
                null => customer.Bsuid,
                "" => null,
                var given => given,
            },
        };
    }
}
