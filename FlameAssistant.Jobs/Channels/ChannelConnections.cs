using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Notifications;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Channels;

/// <summary>What an admin typed.</summary>
/// <param name="ChannelId">Of a channel that is to be: known beforehand, since its addresses name it.</param>
/// <param name="Values">Field name to value. A secret that is not typed stays as it is stored.</param>
public sealed record ChannelForm(
    Guid ChannelId,
    string Type,
    string Name,
    IReadOnlyDictionary<string, string> Values
);

/// <summary>What became of it.</summary>
/// <param name="Error">Of the fields, or of the operation; null where it is done, or where the provider says no.</param>
/// <param name="Check">What the provider says; null where nobody asked it.</param>
public sealed record ConnectionAnswer(Guid? ChannelId, Error? Error, ChannelCheck? Check)
{
    public bool IsOk => Error is null && Check is not { IsOk: false };
}

/// <summary>
/// Connects, checks, changes and removes channels: what the provider must say and what the database must hold, in this
/// order. Nothing is awaited from a provider inside a unit of work.
/// </summary>
public sealed class ChannelConnections(
    ChannelCatalog catalog,
    ChannelSecrets secrets,
    TenantUnits units,
    IOptions<PublicAddressOptions> address
)
{
    /// <summary>The address that a channel's webhooks go to.</summary>
    public string WebhookUrl(string type, Guid channelId) =>
        $"{address.Value.PublicUrl.TrimEnd('/')}/webhooks/{type}/{channelId:D}";

    /// <summary>Asks the provider about what was typed, and keeps nothing of it.</summary>
    /// <param name="isNew">Whether there is no such channel yet.</param>
    public async Task<ConnectionAnswer> CheckAsync(
        TenantRef tenant,
        Actor actor,
        ChannelForm form,
        bool isNew,
        CancellationToken ct
    )
    {
        var draft = await DraftAsync(tenant, actor, form, isNew, ct);
        return draft.IsOk
            ? new ConnectionAnswer(null, null, await AskAsync(tenant, form.Type, draft.Value, ct))
            : new ConnectionAnswer(null, draft.Error, null);
    }

    /// <summary>A new channel, once the provider has said yes.</summary>
    public async Task<ConnectionAnswer> ConnectAsync(
        TenantRef tenant,
        Actor actor,
        ChannelForm form,
        CancellationToken ct
    ) =>
        await SaveAsync(
            tenant,
            actor,
            form,
            isNew: true,
            draft => new CreateChannel(draft, secrets, Confirmed: true, Renews: false),
            ct
        );

    /// <summary>New settings of a channel, once the provider has said yes.</summary>
    public async Task<ConnectionAnswer> UpdateAsync(
        TenantRef tenant,
        Actor actor,
        ChannelForm form,
        CancellationToken ct
    ) =>
        await SaveAsync(
            tenant,
            actor,
            form,
            isNew: false,
            draft => new UpdateChannel(form.ChannelId, draft, secrets),
            ct
        );

    /// <summary>Asks the provider about a channel as it is stored, and writes down what it says.</summary>
    public async Task<ConnectionAnswer> CheckStoredAsync(
        TenantRef tenant,
        Actor actor,
        Guid channelId,
        CancellationToken ct
    )
    {
        if (await CandidateAsync(tenant, actor, channelId, ct) is not var (type, channel))
        {
            return new ConnectionAnswer(null, ChannelErrors.NotFound, null);
        }
        if (catalog.Find(type) is not IChannelCheck provider)
        {
            return new ConnectionAnswer(channelId, null, new ChannelCheck(null));
        }
        var check = await provider.CheckAsync(channel, ct);
        await units.RunAsync(
            tenant,
            Actor.System,
            new NoteChannelCheck(channelId, Problem(type, check)),
            ct
        );
        return new ConnectionAnswer(channelId, null, check);
    }

    /// <param name="name">As the admin typed it.</param>
    public async Task<Result<bool>> RemoveAsync(
        TenantRef tenant,
        Actor actor,
        Guid channelId,
        string name,
        CancellationToken ct
    )
    {
        // Its credentials are gone afterwards: the provider is told with what they were.
        var known = await CandidateAsync(tenant, actor, channelId, ct);
        var removed = await units.RunAsync(tenant, actor, new RemoveChannel(channelId, name), ct);
        if (
            removed.IsOk
            && known is var (type, channel)
            && channel is not null
            && catalog.Find(type) is IChannelSetup provider
        )
        {
            await provider.DisconnectAsync(channel, ct);
        }
        return removed;
    }

    private async Task<ConnectionAnswer> SaveAsync(
        TenantRef tenant,
        Actor actor,
        ChannelForm form,
        bool isNew,
        Func<ChannelDraft, ITenantOperation<Guid>> operation,
        CancellationToken ct
    )
    {
        var draft = await DraftAsync(tenant, actor, form, isNew, ct);
        if (!draft.IsOk)
        {
            return new ConnectionAnswer(null, draft.Error, null);
        }
        var check = await AskAsync(tenant, form.Type, draft.Value, ct);
        if (check is { IsOk: false })
        {
            return new ConnectionAnswer(null, null, check);
        }
        var saved = await units.RunAsync(tenant, actor, operation(draft.Value), ct);
        if (!saved.IsOk)
        {
            return new ConnectionAnswer(null, AtField(form.Type, saved.Error), check);
        }
        return new ConnectionAnswer(
            saved.Value,
            null,
            await SetUpAsync(tenant, form.Type, draft.Value with { Id = saved.Value }, check, ct)
        );
    }

    /// <summary>The channel is stored; what the provider does not take now can be done by hand, or tried again.</summary>
    private async Task<ChannelCheck?> SetUpAsync(
        TenantRef tenant,
        string type,
        ChannelDraft draft,
        ChannelCheck? check,
        CancellationToken ct
    )
    {
        if (catalog.Find(type) is not IChannelSetup provider)
        {
            return check;
        }
        var set = await provider.ConnectAsync(Candidate(tenant, type, draft), ct);
        if (Problem(type, set) is { } problem)
        {
            await units.RunAsync(tenant, Actor.System, new NoteChannelCheck(draft.Id, problem), ct);
        }
        return new ChannelCheck(
            check?.Account ?? set.Account,
            [
                .. check?.Findings ?? [],
                // The channel is there already: these are no reason to type everything again.
                .. set.Findings.Select(finding => finding with { IsWarning = true }),
            ]
        );
    }

    private async Task<Result<ChannelDraft>> DraftAsync(
        TenantRef tenant,
        Actor actor,
        ChannelForm form,
        bool isNew,
        CancellationToken ct
    )
    {
        // Before anything else: only who may connect channels makes this server call anywhere.
        if (!actor.May(MemberPermissions.ChannelsManage))
        {
            return Error.Forbidden(MemberPermissions.ChannelsManage);
        }
        IReadOnlyDictionary<string, string>? kept = null;
        if (!isNew)
        {
            if (await ReadAsync(tenant, actor, form.ChannelId, ct) is not { } row)
            {
                return ChannelErrors.NotFound;
            }
            kept = row.Opened;
        }
        return catalog.Draft(form.Type, form.Name, form.Values, form.ChannelId, kept);
    }

    private async Task<ChannelCheck?> AskAsync(
        TenantRef tenant,
        string type,
        ChannelDraft draft,
        CancellationToken ct
    ) =>
        catalog.Find(type) is IChannelCheck provider
            ? await provider.CheckAsync(Candidate(tenant, type, draft), ct)
            : null;

    private ChannelCandidate Candidate(TenantRef tenant, string type, ChannelDraft draft) =>
        new(
            tenant.Id,
            draft.Id,
            draft.AccountId,
            draft
                .Settings.Concat(draft.Credentials)
                .ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal),
            WebhookUrl(NameOf(type, draft.Settings), draft.Id)
        );

    private string NameOf(string type, IReadOnlyDictionary<string, string> settings) =>
        catalog.Find(type)?.Definition.WebhookName?.Invoke(settings) ?? type;

    private async Task<(string Type, ChannelCandidate Channel)?> CandidateAsync(
        TenantRef tenant,
        Actor actor,
        Guid channelId,
        CancellationToken ct
    ) =>
        await ReadAsync(tenant, actor, channelId, ct) is { Row: var row, Opened: var opened }
            ? (
                row.Type,
                new ChannelCandidate(
                    tenant.Id,
                    row.Id,
                    row.AccountId,
                    row.Settings.Concat(opened)
                        .ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal),
                    WebhookUrl(NameOf(row.Type, row.Settings), row.Id)
                )
            )
            : null;

    private async Task<StoredChannel?> ReadAsync(
        TenantRef tenant,
        Actor actor,
        Guid channelId,
        CancellationToken ct
    ) =>
        await units.ReadAsync(
            tenant,
            actor,
            async (unit, token) =>
            {
                if (await unit.FindChannelAsync(channelId, token) is not { } row)
                {
                    return null;
                }
                var opened = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (
                    var (field, cipher) in await unit.ReadChannelCredentialsAsync(channelId, token)
                )
                {
                    // One that does not open any more has to be typed again: it is as if there were none.
                    if (
                        secrets.Unprotect(tenant.Id, channelId, field, cipher) is
                        { IsOk: true, Value: var plain }
                    )
                    {
                        opened[field] = plain;
                    }
                }
                return new StoredChannel(row, opened);
            },
            ct
        );

    /// <summary>An account that is connected elsewhere is the account field's problem, a name the name's.</summary>
    private Error AtField(string type, Error error) =>
        error.Fields is not null
            ? error
            : error with
            {
                Fields = error.Code switch
                {
                    "channel.account_taken" or "channel.account_connected" => new Dictionary<
                        string,
                        string
                    >(StringComparer.Ordinal)
                    {
                        [catalog.Find(type)!.Definition.AccountField] = error.Message,
                    },
                    "channel.name_taken" => new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["name"] = error.Message,
                    },
                    _ => null,
                },
            };

    private (string Code, string Reason)? Problem(string type, ChannelCheck check)
    {
        if (
            check.Findings.FirstOrDefault(f => !f.IsWarning) is not { } finding
            || catalog.Find(type) is not { Definition: var definition }
        )
        {
            return null;
        }
        var said = definition.SayInEnglish($"Check.{finding.Code}") ?? finding.Code;
        return (finding.Code, finding.Said is { Length: > 0 } own ? $"{said} ({own})" : said);
    }

    private sealed record StoredChannel(ChannelRow Row, IReadOnlyDictionary<string, string> Opened);
}
