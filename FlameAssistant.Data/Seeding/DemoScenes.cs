namespace FlameAssistant.Data.Seeding;

/// <summary>What customers and agents say to each other again and again; the demo's past is made of it.</summary>
/// <param name="Tag">The name of the tag that such a conversation gets.</param>
internal sealed record DemoScene(string Language, string Tag, IReadOnlyList<DemoLine> Lines);

internal static class DemoScenes
{
    public static IReadOnlyList<DemoScene> All { get; } =
    [
        Scene(
            "es",
            "Envíos",
            "<Hola, ¿cuánto tarda el envío a Rosario?",
            ">¡Hola! Entre dos y tres días hábiles.",
            "<Perfecto, hago el pedido ahora",
            ">Genial, cualquier cosa nos escribes por aquí."
        ),
        Scene(
            "es",
            "Reclamos",
            "<Buenas, me llegó el paquete abierto 😕",
            ">Lamento mucho eso. ¿Nos mandas una foto del paquete?",
            "<Sí, en un rato la envío",
            "#Es el segundo reclamo de esta transportadora en la semana.",
            ">Gracias. Te enviamos uno nuevo mañana, sin costo.",
            "<Muchas gracias por la rapidez"
        ),
        Scene(
            "es",
            "Facturación",
            "<Necesito factura A del pedido del viernes",
            ">Claro, ¿me pasas el CUIT y la razón social?",
            "<30-71234567-8, Panadería del Sur SRL",
            ">Listo, te llega por correo en unos minutos."
        ),
        Scene(
            "es",
            "Turnos",
            "<¿Tienen lugar mañana a la tarde?",
            ">Tenemos a las 15:30 y a las 17. ¿Cuál prefieres?",
            "<A las 17",
            ">Reservado para mañana a las 17. ¡Te esperamos!"
        ),
        Scene("es", "Consultas", "<¿Hacen descuento por cantidad?", "<Serían unas 40 unidades"),
        Scene(
            "pt",
            "Envíos",
            "<Oi, meu pedido ainda não chegou",
            ">Oi! Pode me passar o número do pedido, por favor?",
            "<É o 50931",
            "#Parado no centro de distribuição desde ontem.",
            ">Já falei com a transportadora: sai para entrega amanhã cedo.",
            "<Obrigado!"
        ),
        Scene(
            "pt",
            "Turnos",
            "<Bom dia, queria remarcar o meu horário",
            ">Bom dia! Para quando fica melhor?",
            "<Quinta de manhã, se puder",
            ">Quinta às 9h30, combinado."
        ),
        Scene(
            "pt",
            "Facturación",
            "<Vocês parcelam no cartão?",
            ">Sim, em até 6x sem juros.",
            "<Ótimo, vou fechar então"
        ),
        Scene("pt", "Consultas", "<Vocês abrem no feriado?"),
        Scene(
            "en",
            "Envíos",
            "<Hi, do you ship to Canada?",
            ">Hi! We do, it takes about ten days.",
            "<And how much is it?",
            ">It's a flat 18 USD, whatever you order.",
            "<Great, thanks"
        ),
        Scene(
            "en",
            "Reclamos",
            "<I was charged twice for the same order",
            ">I'm sorry about that, let me check right away.",
            "#Two authorisations, only one captured. The other one expires by itself.",
            ">One of the two is only a hold, it disappears within three days. Nothing was paid twice.",
            "<Oh good, thank you for explaining"
        ),
        Scene("en", "Consultas", "<Hello! Are you open on Sundays?", ">We are, from 10 to 2."),
    ];

    /// <summary>Those that wait for a first answer.</summary>
    public static IReadOnlyList<DemoScene> Open { get; } =
    [.. All.Where(scene => !scene.Lines.Any(line => line is { IsOurs: true, IsNote: false }))];

    public static IReadOnlyList<DemoScene> Answered { get; } = [.. All.Except(Open)];

    public static IReadOnlyList<string> NamesOf(string language) =>
        language switch
        {
            "pt" =>
            [
                "Mariana Alves",
                "Rafael Souza",
                "Camila Rocha",
                "Bruno Carvalho",
                "Letícia Martins",
                "Gustavo Ribeiro",
                "Larissa Pinto",
                "Felipe Araújo",
            ],
            "en" =>
            [
                "Olivia Bennett",
                "James Walker",
                "Hannah Brooks",
                "Noah Fisher",
                "Chloe Turner",
                "Liam O'Connor",
            ],
            _ =>
            [
                "Valentina Ríos",
                "Martín Acosta",
                "Camila Herrera",
                "Joaquín Medina",
                "Lucía Peña",
                "Tomás Ferreyra",
                "Renata Salinas",
                "Andrés Núñez",
                "Florencia Ibáñez",
                "Mateo Cárdenas",
            ],
        };

    public static string PhoneOf(string language, int index) =>
        language switch
        {
            "pt" => $"551195551{index:0000}",
            "en" => $"1415555{index:0000}",
            _ => $"549115552{index:0000}",
        };

    public static IReadOnlyList<(string Name, string Color)> Tags { get; } =
    [
        ("Envíos", "#3B82F6"),
        ("Reclamos", "#EF4444"),
        ("Facturación", "#8B5CF6"),
        ("Turnos", "#14B8A6"),
        ("Consultas", "#64748B"),
        ("VIP", "#EAB308"),
    ];

    public static IReadOnlyList<(
        string Name,
        string Category,
        string Text,
        string Keywords
    )> Templates { get; } =
    [
        (
            "Saludo",
            "general",
            "¡Hola, {{contact.first_name|buenas}}! Soy {{agent.first_name}} de {{workspace.name}}. ¿En qué te ayudo?",
            "hola,buenas"
        ),
        (
            "Saudação",
            "general",
            "Oi, {{contact.first_name|tudo bem}}! Aqui é {{agent.first_name}}, da {{workspace.name}}. Como posso ajudar?",
            "oi,bom dia"
        ),
        (
            "Greeting",
            "general",
            "Hi {{contact.first_name|there}}, this is {{agent.first_name}} from {{workspace.name}}. How can I help?",
            "hi,hello"
        ),
        (
            "Horarios",
            "información",
            "Atendemos de martes a domingo, de 9 a 18.",
            "hora,abren,cierran"
        ),
        (
            "Envío en camino",
            "envíos",
            "Tu pedido ya salió. Llega entre 24 y 72 horas, y te avisamos por aquí.",
            "envío,pedido"
        ),
        (
            "Cierre",
            "general",
            "Gracias por escribirnos, {{contact.first_name|un gusto}}. Tu conversación es la número {{conversation.number}}, por si vuelves a necesitarnos.",
            "gracias"
        ),
    ];

    /// <summary><c>&lt;</c> the customer, <c>&gt;</c> an agent, <c>#</c> a note; a few minutes lie between.</summary>
    private static DemoScene Scene(string language, string tag, params string[] lines) =>
        new(
            language,
            tag,
            [
                .. lines.Select(
                    (line, i) =>
                        new DemoLine(
                            TimeSpan.FromMinutes(i * 6),
                            line[1..],
                            IsOurs: line[0] != '<',
                            IsNote: line[0] == '#'
                        )
                ),
            ]
        );
}
