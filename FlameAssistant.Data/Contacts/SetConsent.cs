using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

public static class ConsentStates
{
    public const string Unknown = "unknown";
    public const string OptedIn = "opted_in";

    /// <summary>Nothing but a person's answer goes out to them.</summary>
    public const string OptedOut = "opted_out";

    public static readonly IReadOnlyList<string> All = [Unknown, OptedIn, OptedOut];
}

public static class ConsentSources
{
    /// <summary>A member knows it from the contact.</summary>
    public const string Member = "member";
    public const string Import = "import";

    /// <summary>One of two contacts that are one person had said so.</summary>
    public const string Merge = "merge";
}

/// <summary>Keeps whether a person wants messages: since when, who says so and how they know.</summary>
public sealed record SetConsent(Guid ContactId, string State, string? Note) : ITenantOperation<bool>
{
    private const int MaxNote = 500;

    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ContactChange.BeginAsync(unit, ContactId, ct);
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        var note = StorableText.Clean(Note)?.Trim() is { Length: > 0 } written ? written : null;
        if (!ConsentStates.All.Contains(State, StringComparer.Ordinal) || note?.Length > MaxNote)
        {
            return ContactErrors.UnknownConsent;
        }
        await Consents.WriteAsync(unit, ContactId, State, ConsentSources.Member, note, ct);
        await ContactChange.TellAsync(unit, ContactId, ct);
        return true;
    }
}

internal static class Consents
{
    public static async Task WriteAsync(
        TenantUnit unit,
        Guid contactId,
        string state,
        string source,
        string? note,
        CancellationToken ct
    )
    {
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE contacts SET consent = {state}, consent_at = {unit.Now} WHERE id = {contactId}",
            ct
        );
        Guid? actor = unit.Actor.Id == Guid.Empty ? null : unit.Actor.Id;
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO contact_consents (id, contact_id, state, source, note, actor_kind, actor_id, occurred_at)
            VALUES ({Guid.CreateVersion7(
                unit.Now
            )}, {contactId}, {state}, {source}, {note}, {unit.Actor.Kind}, {actor}, {unit.Now})
            """,
            ct
        );
    }

    /// <summary>
    /// Whether what is about to go out is held back: the contact opted out, and it is no person who writes, or the contact
    /// never wrote here, so that there is nothing to answer.
    /// </summary>
    public static async Task<bool> HoldsBackAsync(
        TenantUnit unit,
        Guid contactId,
        bool isPersonsAnswer,
        CancellationToken ct
    ) =>
        !isPersonsAnswer
        && ContactAccess.IsReady(unit)
        && await unit
            .Db.Database.SqlQuery<bool>(
                $"""SELECT consent = 'opted_out' AS "Value" FROM contacts WHERE id = {contactId}"""
            )
            .SingleOrDefaultAsync(ct);
}
