namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>All conversations between business numbers and customers, in memory.</summary>
public sealed class Transcripts
{
    private sealed class Thread(string channel, Customer customer)
    {
        public string Channel { get; } = channel;

        public Customer Customer { get; set; } = customer;

        public List<TranscriptMessage> Messages { get; } = [];
    }

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Channel, string Identity), Thread> _byIdentity = [];
    private readonly Dictionary<string, (Thread Thread, int Index)> _byWamid = new(
        StringComparer.Ordinal
    );
    private readonly ChangeSignal _changed;

    internal Transcripts(ChangeSignal changed) => _changed = changed;

    /// <summary>The conversation of a number with a phone number or BSUID; null if nobody wrote yet.</summary>
    public Conversation? Find(string channel, string from)
    {
        lock (_gate)
        {
            return _byIdentity.TryGetValue((channel, from), out var thread) ? Copy(thread) : null;
        }
    }

    public IReadOnlyList<Conversation> Of(string channel)
    {
        lock (_gate)
        {
            return
            [
                .. _byIdentity
                    .Values.Distinct()
                    .Where(t => t.Channel == channel)
                    .OrderByDescending(t => t.Messages.Count == 0 ? default : t.Messages[^1].At)
                    .Select(Copy),
            ];
        }
    }

    /// <summary>The message and with whom it was exchanged.</summary>
    public (Conversation Conversation, TranscriptMessage Message)? FindMessage(string wamid)
    {
        lock (_gate)
        {
            return _byWamid.TryGetValue(wamid, out var place)
                ? (Copy(place.Thread), place.Thread.Messages[place.Index])
                : null;
        }
    }

    /// <summary>Adds a message; what is new about the customer is remembered. Answers the customer as known now.</summary>
    internal Customer Append(string channel, Customer customer, TranscriptMessage message)
    {
        lock (_gate)
        {
            var thread = customer
                .Identities()
                .Select(i => _byIdentity.GetValueOrDefault((channel, i)))
                .FirstOrDefault(t => t is not null);
            if (thread is null)
            {
                thread = new Thread(channel, customer);
            }
            else if (message.Direction == MessageDirection.In)
            {
                thread.Customer = thread.Customer.MergedWith(customer);
            }

            foreach (var identity in customer.Identities().Concat(thread.Customer.Identities()))
            {
                _byIdentity[(channel, identity)] = thread;
            }

            _byWamid[message.Wamid] = (thread, thread.Messages.Count);
            thread.Messages.Add(message);
            customer = thread.Customer;
        }

        _changed.Raise();
        return customer;
    }

    /// <summary>Lifts a message's status; false if it is there already or above, or is gone.</summary>
    internal bool Advance(string wamid, MessageStatus status, string? note = null)
    {
        lock (_gate)
        {
            if (
                !_byWamid.TryGetValue(wamid, out var place)
                || place.Thread.Messages[place.Index] is var old && old.Status >= status
            )
            {
                return false;
            }

            place.Thread.Messages[place.Index] = old with { Status = status, Note = note };
        }

        _changed.Raise();
        return true;
    }

    /// <summary>Null takes the reaction back; a message that is not known has none.</summary>
    internal void React(string wamid, string? emoji)
    {
        lock (_gate)
        {
            if (!_byWamid.TryGetValue(wamid, out var place))
            {
                return;
            }

            var old = place.Thread.Messages[place.Index];
            place.Thread.Messages[place.Index] = old with { Reaction = emoji };
        }

        _changed.Raise();
    }

    /// <summary>Changes a message that its customer has not taken back; null if it is taken back, or gone.</summary>
    internal TranscriptMessage? Change(
        string wamid,
        Func<TranscriptMessage, TranscriptMessage> change
    )
    {
        TranscriptMessage changed;
        lock (_gate)
        {
            if (
                !_byWamid.TryGetValue(wamid, out var place)
                || place.Thread.Messages[place.Index] is var old && old.DeletedAt is not null
            )
            {
                return null;
            }

            place.Thread.Messages[place.Index] = changed = change(old);
        }

        _changed.Raise();
        return changed;
    }

    internal void SetNote(string wamid, string note)
    {
        lock (_gate)
        {
            if (!_byWamid.TryGetValue(wamid, out var place))
            {
                return;
            }

            var old = place.Thread.Messages[place.Index];
            place.Thread.Messages[place.Index] = old with { Note = note };
        }

        _changed.Raise();
    }

    internal void Clear()
    {
        lock (_gate)
        {
            _byIdentity.Clear();
            _byWamid.Clear();
        }

        _changed.Raise();
    }

    private static Conversation Copy(Thread thread) =>
        new(thread.Channel, thread.Customer, [.. thread.Messages]);
}
