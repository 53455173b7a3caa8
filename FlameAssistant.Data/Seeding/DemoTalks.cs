namespace FlameAssistant.Data.Seeding;

/// <summary>One line of a demo conversation.</summary>
internal sealed record DemoLine(TimeSpan After, string Text, bool IsOurs, bool IsNote);

/// <summary>One demo conversation, begun so long ago.</summary>
internal sealed record DemoTalk(
    string? Name,
    string? Phone,
    string? Bsuid,
    TimeSpan Ago,
    bool IsMine,
    bool IsResolved,
    bool IsRead,
    IReadOnlyList<DemoLine> Lines
);

/// <summary>What the demo's customers and its agent said to each other, in Spanish, Portuguese and English.</summary>
internal static class DemoTalks
{
    public static IReadOnlyList<DemoTalk> All { get; } =
    [
        new(
            "Sofía Benítez",
            "5491155550142",
            null,
            TimeSpan.FromDays(3),
            true,
            true,
            true,
            [
                In(0, "Hola, ¿tienen la torta de tres leches para este sábado?"),
                Out(4, "¡Hola, Sofía! Sí, la preparamos por encargo. ¿Para cuántas personas?"),
                In(9, "Para doce"),
                Note(10, "Cliente frecuente, siempre pide sin nueces."),
                Out(
                    12,
                    "Perfecto, queda reservada para doce, sin nueces. Pasa a buscarla a partir de las 10."
                ),
                In(14, "Genial, muchas gracias 🙌"),
            ]
        ),
        new(
            "Thiago Nunes",
            "5511955501877",
            "BR.5511000000000187",
            TimeSpan.FromHours(26),
            false,
            false,
            true,
            [
                In(0, "Bom dia! Vocês fazem entrega na Vila Madalena?"),
                Out(6, "Bom dia, Thiago! Fazemos sim, de terça a domingo, das 9h às 18h."),
                In(11, "E qual é o valor mínimo?"),
                Out(13, "R$ 60,00. A taxa de entrega é R$ 8,00."),
            ]
        ),
        new(
            "Emily Carter",
            "14155550134",
            null,
            TimeSpan.FromHours(5),
            true,
            false,
            true,
            [
                In(0, "Hi! I ordered two bags of the Yirgacheffe last week, but only one arrived."),
                Out(7, "Hi Emily, I'm sorry about that. Could you send me the order number?"),
                In(9, "It's 48213"),
                Note(
                    12,
                    "Warehouse confirms: second bag never left. Send it by express, no charge."
                ),
                Out(
                    15,
                    "Thanks! The second bag never left our warehouse. It goes out today by express, at no cost, and you'll get the tracking link within the hour."
                ),
                In(21, "That was quick, thank you!"),
            ]
        ),
        new(
            "Bia",
            null,
            "BR.99887766554433",
            TimeSpan.FromHours(2),
            false,
            false,
            false,
            [
                In(0, "Oi! Vi no Instagram que vocês têm curso de latte art"),
                In(1, "Ainda tem vaga para dezembro?"),
            ]
        ),
        new(
            "Diego Ramírez",
            "5215555501290",
            null,
            TimeSpan.FromMinutes(48),
            true,
            false,
            false,
            [
                In(0, "Buenas, quería cambiar la dirección de mi pedido"),
                Out(3, "Claro, Diego. ¿Cuál es la dirección nueva?"),
                In(5, "Av. Álvaro Obregón 151, Roma Norte"),
                In(6, "¿Llega hoy igual?"),
            ]
        ),
        new(
            "Laura Gómez",
            "573005550188",
            null,
            TimeSpan.FromMinutes(17),
            false,
            false,
            false,
            [In(0, "Hola, ¿a qué hora cierran hoy?")]
        ),
    ];

    private static DemoLine In(int minutes, string text) =>
        new(TimeSpan.FromMinutes(minutes), text, IsOurs: false, IsNote: false);

    private static DemoLine Out(int minutes, string text) =>
        new(TimeSpan.FromMinutes(minutes), text, IsOurs: true, IsNote: false);

    private static DemoLine Note(int minutes, string text) =>
        new(TimeSpan.FromMinutes(minutes), text, IsOurs: true, IsNote: true);
}
