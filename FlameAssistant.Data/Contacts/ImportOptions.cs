using System.Globalization;
using System.Text;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Data.Contacts;

/// <summary>What the columns of a file mean, and what becomes of people who are there already.</summary>
/// <param name="Targets">By column, one of <see cref="ImportTargets"/> or <c>field:key</c>; empty leaves the column out.</param>
/// <param name="Region">Of numbers without a country; null takes only whole ones.</param>
/// <param name="Updates">Whether known contacts get what the file says; else they stay as they are.</param>
/// <param name="Tags">Put on everybody who comes in or is updated.</param>
public sealed record ImportOptions(
    IReadOnlyList<string> Targets,
    string? Region,
    bool Updates,
    IReadOnlyList<Guid> Tags
)
{
    public static ImportOptions None { get; } = new([], Region: null, Updates: false, []);
}

public static class ImportTargets
{
    public const string Name = "name";
    public const string FirstName = "first_name";
    public const string LastName = "last_name";
    public const string Phone = "phone";
    public const string Email = "email";
    public const string Tags = "tags";
    public const string Note = "note";
    public const string Consent = "consent";

    /// <summary>Before the key of an own field.</summary>
    public const string Field = "field:";

    public static readonly IReadOnlyList<string> All =
    [
        Name,
        FirstName,
        LastName,
        Phone,
        Email,
        Tags,
        Note,
        Consent,
    ];

    // As spreadsheets and address books of three languages call them.
    private static readonly (string Target, string[] Names)[] known =
    [
        (
            Name,
            [
                "name",
                "full name",
                "nombre completo",
                "nome completo",
                "contact",
                "contacto",
                "cliente",
                "customer",
                "display name",
            ]
        ),
        (FirstName, ["first name", "given name", "nombre", "nombres", "nome", "primer nombre"]),
        (LastName, ["last name", "family name", "surname", "apellido", "apellidos", "sobrenome"]),
        (
            Phone,
            [
                "phone",
                "phone number",
                "telephone",
                "mobile",
                "cell",
                "whatsapp",
                "telefono",
                "numero de telefono",
                "celular",
                "movil",
                "telefone",
                "numero",
                "phone 1 - value",
            ]
        ),
        (
            Email,
            [
                "email",
                "e-mail",
                "mail",
                "email address",
                "correo",
                "correo electronico",
                "e-mail 1 - value",
            ]
        ),
        (Tags, ["tags", "tag", "labels", "etiquetas", "etiqueta"]),
        (
            Note,
            [
                "note",
                "notes",
                "nota",
                "notas",
                "comments",
                "comentarios",
                "observaciones",
                "observacoes",
            ]
        ),
        (Consent, ["consent", "opt in", "opt-in", "opted in", "consentimiento", "consentimento"]),
    ];

    /// <summary>What each column most likely is; each target once.</summary>
    public static IReadOnlyList<string> Guess(
        IReadOnlyList<string> columns,
        IReadOnlyList<FieldRow> fields
    )
    {
        var left = new HashSet<string>(StringComparer.Ordinal);
        var guesses = new string[columns.Count];
        for (var i = 0; i < columns.Count; i++)
        {
            var column = Plain(columns[i]);
            var guess =
                known.FirstOrDefault(k => k.Names.Contains(column, StringComparer.Ordinal)).Target
                ?? fields
                    .Where(f =>
                        f.IsActive
                        && f.Subject == CustomFieldSubjects.Contact
                        && (Plain(f.Label) == column || Plain(f.Key) == column)
                    )
                    .Select(f => Field + f.Key)
                    .FirstOrDefault();
            guesses[i] = guess is not null && left.Add(guess) ? guess : "";
        }
        // Where nobody has a last name, a first name is the whole one.
        if (left.Contains(FirstName) && !left.Contains(LastName) && !left.Contains(Name))
        {
            guesses[Array.IndexOf(guesses, FirstName)] = Name;
        }
        return guesses;
    }

    private static string Plain(string text) =>
        string.Concat(
                text.Trim()
                    .Replace('_', ' ')
                    .Normalize(NormalizationForm.FormD)
                    .Where(c =>
                        CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark
                    )
            )
            .ToLowerInvariant();
}
