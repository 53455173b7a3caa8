namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Which customers have the conversation before their eyes.</summary>
internal sealed class OpenPages
{
    private readonly Dictionary<(string Channel, string Identity), int> _open = [];
    private readonly Lock _gate = new();

    public void Opened(string channel, string identity) => Count(channel, identity, 1);

    public void Closed(string channel, string identity) => Count(channel, identity, -1);

    public bool IsOpen(string channel, Customer customer)
    {
        lock (_gate)
        {
            return customer.Identities().Any(i => _open.GetValueOrDefault((channel, i)) > 0);
        }
    }

    private void Count(string channel, string identity, int change)
    {
        lock (_gate)
        {
            var left = _open.GetValueOrDefault((channel, identity)) + change;
            if (left > 0)
            {
                _open[(channel, identity)] = left;
            }
            else
            {
                _open.Remove((channel, identity));
            }
        }
    }
}
