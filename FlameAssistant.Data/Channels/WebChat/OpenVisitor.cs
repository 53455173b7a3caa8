using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels.WebChat;

/// <summary>What is told of a visitor when they open the widget; too long texts are cut, they come from strangers.</summary>
/// <param name="UserId">The site's id of the person, only where its signature was verified.</param>
public sealed record VisitorProfile(
    string? UserId = null,
    string? Name = null,
    string? Email = null,
    string? Phone = null,
    string? Locale = null,
    string? PageUrl = null,
    string? PageTitle = null,
    string? Referrer = null
);

/// <param name="IsSame">False: the shown token was another person's, and a new one is needed.</param>
/// <param name="ConversationId">Null until they write.</param>
public sealed record OpenedVisitor(
    Guid Id,
    bool IsSame,
    string? Name,
    string? Email,
    string? Phone,
    Guid? ConversationId
);

/// <summary>
/// Finds the visitor who opens a widget, or makes one. A verified person is one visitor on every device. A stranger who
/// turns out to be a person not seen before becomes that person; a token never passes from one person to another.
/// </summary>
/// <param name="Known">The visitor of the token that the browser still has.</param>
public sealed record OpenVisitor(Guid ChannelId, Guid? Known, VisitorProfile Profile)
    : ITenantOperation<OpenedVisitor>
{
    /// <summary>The tenant's schema has visitors from this script on.</summary>
    public const int SchemaVersion = 12;

    public async Task<Result<OpenedVisitor>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var user = Cut(Profile.UserId, 200);
        var known = Known is { } token ? await FindAsync(unit, token, ct) : null;
        // A signed-out person's token does not serve the next one at the same browser.
        var kept =
            known is null || (known.UserId is not null && known.UserId != user) ? null : known;
        Guid id;
        if (user is null)
        {
            id = kept?.Id ?? await InsertAsync(unit, null, ct);
        }
        else
        {
            id =
                kept?.UserId == user ? kept.Id
                : kept is not null && await PromoteAsync(unit, kept.Id, user, ct) ? kept.Id
                : await InsertAsync(unit, user, ct);
        }
        await TellAsync(unit, id, ct);
        var visitor = (await FindAsync(unit, id, ct))!;
        await VisitorContact.CompleteAsync(unit, ChannelId, visitor, ct);
        return new OpenedVisitor(
            id,
            id == Known,
            visitor.Name,
            visitor.Email,
            visitor.Phone,
            await VisitorQueries.ConversationOfAsync(unit, ChannelId, id, ct)
        );
    }

    private async Task<VisitorRow?> FindAsync(TenantUnit unit, Guid id, CancellationToken ct) =>
        await VisitorRow.FindAsync(unit, ChannelId, id, ct);

    private async Task<Guid> InsertAsync(TenantUnit unit, string? user, CancellationToken ct) =>
        (
            await unit
                .Db.Database.SqlQuery<Guid>(
                    $"""
                    INSERT INTO visitors (id, channel_id, user_id, last_seen_at)
                    VALUES ({Guid.CreateVersion7(unit.Now)}, {ChannelId}, {user}, {unit.Now})
                    ON CONFLICT (channel_id, user_id) DO UPDATE SET last_seen_at = excluded.last_seen_at
                    RETURNING id AS "Value"
                    """
                )
                .ToListAsync(ct)
        ).Single();

    private async Task<bool> PromoteAsync(
        TenantUnit unit,
        Guid id,
        string user,
        CancellationToken ct
    ) =>
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE visitors SET user_id = {user} WHERE id = {id} AND user_id IS NULL
               AND NOT EXISTS (SELECT FROM visitors o WHERE o.channel_id = {ChannelId} AND o.user_id = {user})
            """,
            ct
        ) > 0;

    /// <summary>What is not told stays as it was.</summary>
    private Task TellAsync(TenantUnit unit, Guid id, CancellationToken ct)
    {
        var (name, email, phone) = (
            Cut(Profile.Name, 255),
            Cut(Profile.Email, 255),
            Cut(Profile.Phone, 50)
        );
        var (locale, url) = (Cut(Profile.Locale, 35), Cut(Profile.PageUrl, 2000));
        var (title, referrer) = (Cut(Profile.PageTitle, 500), Cut(Profile.Referrer, 2000));
        return unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE visitors SET
              name = coalesce({name}, name), email = coalesce({email}, email), phone = coalesce({phone}, phone),
              locale = coalesce({locale}, locale), page_url = coalesce({url}, page_url),
              page_title = coalesce({title}, page_title), referrer = coalesce({referrer}, referrer), last_seen_at = {unit.Now}
             WHERE id = {id}
            """,
            ct
        );
    }

    internal static string? Cut(string? text, int most)
    {
        var clean = StorableText.Clean(text)?.Trim();
        return string.IsNullOrEmpty(clean) ? null
            : clean.Length <= most ? clean
            : StorableText.Clean(clean[..most]);
    }
}

/// <summary>A row of <c>visitors</c>. Not mapped: a tenant whose schema waits for its upgrade has none.</summary>
internal sealed record VisitorRow(
    Guid Id,
    string? UserId,
    string? Name,
    string? Email,
    string? Phone,
    string? PageUrl,
    string? PageTitle
)
{
    public IReadOnlyList<Conversations.InboundIdentity> Identities() =>
        UserId is null
            ? [new(IdentityKinds.Visitor, Id.ToString("D"))]
            :
            [
                new(IdentityKinds.Visitor, Id.ToString("D")),
                new(IdentityKinds.Visitor, "user:" + UserId),
            ];

    /// <summary>What somebody without a name is called, so that two of them can be told apart.</summary>
    public string Nickname(string language) =>
        (language is "es" or "pt" ? "Visitante " : "Visitor ")
        + Id.ToString("N")[^4..].ToUpperInvariant();

    public static async Task<VisitorRow?> FindAsync(
        TenantUnit unit,
        Guid channelId,
        Guid id,
        CancellationToken ct
    ) =>
        (
            await unit
                .Db.Database.SqlQuery<VisitorRow>(
                    $"""
                    SELECT id, user_id, name, email, phone, page_url, page_title FROM visitors
                     WHERE id = {id} AND channel_id = {channelId}
                    """
                )
                .ToListAsync(ct)
        ).SingleOrDefault();
}
